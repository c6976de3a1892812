// What was done, by whom and why.

import { html, useState } from "./preact-htm.js";
import { ask } from "./api.js";
import { openChange } from "./changes.js";
import { Loading, useLoaded, useSettledPlace } from "./parts.js";
import { nameOfCoder, state } from "./store.js";
import { language, t, tell } from "./words.js";

export function HistoryPanel() {
  const [limit, setLimit] = useState(100);
  const found = useLoaded(() => ask("/api/history", { limit }), [limit, useSettledPlace()]);
  if (!found.value) return html`<${Loading} found=${found} />`;
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long" });
  const hour = new Intl.DateTimeFormat(language, { timeStyle: "short" });
  return html`<ol class="list history">
      ${found.value.done.map((event, at, all) => {
        const when = new Date(event.time);
        const before = all[at - 1];
        return html`${(!before || day.format(new Date(before.time)) !== day.format(when)) && html`<li class="group">${day.format(when)}</li>`}
          <li key=${event.id}><span class=${event.undone ? "undone" : ""}>${tell(event)}</span>${event.reason && html`<q>${event.reason}</q>`}<small>${hour.format(when)} · ${nameOfCoder(event.coder)}
            ${event.revision && !event.undone && event.action !== "adopt" && html` · <button type="button" class="link" onClick=${() => openChange("revert", { id: event.id, name: tell(event) })}>${t("revert")}</button>`}</small></li>`;
      })}
    </ol>
    ${found.value.done.length >= limit && html`<button type="button" class="link" onClick=${() => setLimit(limit * 3)}>${t("earlier")}</button>`}`;
}
