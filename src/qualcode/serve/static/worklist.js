// What waits to be done: the library's list, and the passages on which coders differ, and what is to be settled.

import { html, useState } from "./preact-htm.js";
import { ask } from "./api.js";
import { Adjudicate } from "./adjudicate.js";
import { openChange } from "./changes.js";
import { Loading, useLoaded, useSettledPlace } from "./parts.js";
import { Settle } from "./settle.js";
import { codeOf, state } from "./store.js";
import { t, tell } from "./words.js";

const VIEWS = { list: List, sides: Adjudicate, settle: Settle };

export function WorkPanel({ commands }) {
  const [view, setView] = useState("list");
  if (state.project.blind) return html`<${List} commands=${commands} />`;
  return html`<div class="head tabs" role="group" aria-label=${t("work")}>
      <button type="button" aria-pressed=${view === "list"} onClick=${() => setView("list")}>${t("worklist")}</button>
      <button type="button" aria-pressed=${view === "sides"} onClick=${() => setView("sides")}>${t("disagreements")}</button>
      <button type="button" aria-pressed=${view === "settle"} onClick=${() => setView("settle")}>${t("to-settle")}</button>
    </div>
    <${VIEWS[view]} commands=${commands} />`;
}

function List({ commands }) {
  const found = useLoaded(() => ask("/api/worklist"), [useSettledPlace()]);
  if (!found.value) return html`<${Loading} found=${found} />`;
  const { tasks } = found.value;
  if (!tasks.length) return html`<p class="hint">${t("nothing-to-do")}</p>`;
  const kinds = [...new Set(tasks.map((task) => task.kind))];
  return kinds.map((kind) => {
    const ofKind = tasks.filter((task) => task.kind === kind);
    return html`<details key=${kind} open><summary>${t(`task-${kind.replaceAll(" ", "-")}`)} <small>${ofKind.length}</small></summary>
      <ul class="list">${ofKind.map((task) => html`<li key=${task.target + task.told}>
        <button type="button" class="go" disabled=${!task.document && !task.target?.startsWith("code:")} onClick=${() => go(task, commands)}>${tell(task)}</button></li>`)}</ul></details>`;
  });
}

function go(task, commands) {
  if (task.document && task.start !== null) commands.openAt(task);
  else if (task.document) commands.open(task.document);
  else if (task.kind === "undecided") openChange("decide-split", codeOf(task.target.slice("code:".length)));
  else commands.passages(task.target.slice("code:".length));
}
