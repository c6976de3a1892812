// The codebook at the side: codes with their criteria, and what can be done with them.

import { html, useState } from "./preact-htm.js";
import { openChange } from "./changes.js";
import { colourOf } from "./colours.js";
import { Icon } from "./icons.js";
import { Memos } from "./memo.js";
import { Criteria } from "./palette.js";
import { IconButton } from "./parts.js";
import { fold } from "./rank.js";
import { set, state } from "./store.js";
import { t } from "./words.js";

export function CodebookPanel({ commands }) {
  const [typed, setTyped] = useState("");
  const [opened, setOpened] = useState(null);
  const codes = state.project.codes.filter((code) => code.status === "live");
  const shown = codes.filter((code) => fold([...code.path, code.name].join(" ")).includes(fold(typed)));
  const gone = state.project.codes.filter((code) => code.status === "retired");
  const open = state.project.codes.filter((code) => code.status === "split" && code.count);
  // The code of the coding at the cursor is open, until somebody opens another or none.
  const shownCode = opened ?? state.codings.get(state.focus)?.code;
  return html`<div class="head filters"><input type="search" aria-label=${t("filter")} placeholder=${t("filter")} value=${typed} onInput=${(event) => setTyped(event.target.value)} />
      <${IconButton} icon="add" name=${t("new-code")} onClick=${() => openChange("add-code")} /></div>
    <ul class="list codebook">
      ${shown.map((code) => html`<${Entry} key=${code.id} code=${code} opened=${shownCode === code.id} flip=${() => setOpened(shownCode === code.id ? "" : code.id)} commands=${commands} />`)}
    </ul>
    ${open.length > 0 && html`<section><h3>${t("undecided")}</h3><p class="hint">${t("undecided-hint")}</p><ul class="list">
      ${open.map((code) => html`<li key=${code.id} class="retired"><span>${code.name} <small>${code.count}</small></span><button type="button" class="link" onClick=${() => openChange("decide-split", code)}>${t("decide-split")}</button></li>`)}
    </ul></section>`}
    ${gone.length > 0 && html`<details><summary>${t("retired")} (${gone.length})</summary><ul class="list">
      ${gone.map((code) => html`<li key=${code.id} class="retired"><span>${code.name}</span><button type="button" class="link" onClick=${() => commands.change("restore-code", { code: code.id })}>${t("restore")}</button></li>`)}
    </ul></details>`}`;
}

function Entry({ code, opened, flip, commands }) {
  return html`<li class=${opened ? "entry opened" : "entry"} style=${{ "--depth": code.depth }}>
    <div class="row-of-code">
      <button type="button" class="go" aria-expanded=${opened} onClick=${flip}><i class="dot" style=${{ "--colour": colourOf(code.id) }}></i><span class="name">${code.name}</span><small>${code.count || ""}</small></button>
      ${code.codable && state.selection && html`<button type="button" class="tool" title=${t("apply-code", { name: code.name })} aria-label=${t("apply-code", { name: code.name })} onClick=${() => commands.assign(code.id)}><${Icon} name="add" /></button>`}
    </div>
    ${opened && html`<div class="about">
      <${Criteria} code=${code} all />
      <${Memos} memos=${code.memos} about=${code.name} />
      <div class="tools">
        <button type="button" class="link" onClick=${() => commands.passages(code.id)}>${t("passages")}</button>
        ${["redefine-code", "rename-code", "move-code", "merge-codes", "split-code", "retire-code"].map((change) => html`<button type="button" class="link" onClick=${() => openChange(change, code)}>${t(change)}</button>`)}
        <button type="button" class="link" onClick=${() => set({ dialog: { kind: "memo", target: `code:${code.id}`, about: code.name } })}>${t("memo")}</button>
      </div>
    </div>`}
  </li>`;
}
