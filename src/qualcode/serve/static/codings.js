// The codings of the document as a list, which can be gone through by keys and is read aloud.

import { html, useState } from "./preact-htm.js";
import { CodeName, IconButton, LongList, short } from "./parts.js";
import { codingsInOrder, nameOfCode, nameOfCoder, state } from "./store.js";
import { t } from "./words.js";

const HEIGHT = 104;

export function CodingsPanel({ commands }) {
  const [code, setCode] = useState("");
  const [coder, setCoder] = useState("");
  const all = codingsInOrder();
  const shown = all.filter((each) => (!code || each.code === code) && (!coder || each.coder === coder));
  const codes = [...new Set(all.map((each) => each.code))].sort((one, other) => nameOfCode(one).localeCompare(nameOfCode(other)));
  const coders = [...new Set(all.map((each) => each.coder))];
  return html`<div class="head filters">
      <select aria-label=${t("code")} value=${code} onChange=${(event) => setCode(event.target.value)}>
        <option value="">${t("all-codes")}</option>${codes.map((id) => html`<option value=${id}>${nameOfCode(id)}</option>`)}</select>
      ${coders.length > 1 && html`<select aria-label=${t("coder")} value=${coder} onChange=${(event) => setCoder(event.target.value)}>
        <option value="">${t("all-coders")}</option>${coders.map((id) => html`<option value=${id}>${nameOfCoder(id)}</option>`)}</select>`}
    </div>
    ${shown.length === 0 && html`<p class="hint">${t("no-codings")}</p>`}
    <${LongList} items=${shown} height=${HEIGHT} label=${t("codings")} at=${shown.findIndex((each) => each.id === state.focus)} row=${(each) => html`<${Coding} coding=${each} commands=${commands} />`} />`;
}

/** What is read aloud of a coding. */
export const toldOf = (coding) =>
  [nameOfCode(coding.code), coding.coder === state.project.me ? t("by-you") : t("by", { coder: nameOfCoder(coding.coder) }),
    coding.stale && t("stale"), coding.waiting && t("waiting"), coding.memo && t("has-memo")].filter(Boolean).join(", ");

function Coding({ coding, commands }) {
  const quote = state.doc.text.slice(coding.a, coding.z);
  const own = coding.coder === state.project.me && !coding.waiting;
  const focused = coding.id === state.focus;
  return html`<div class=${focused ? "coding focus" : "coding"}>
    <button type="button" class="go" aria-current=${focused ? "true" : undefined} onClick=${() => commands.look(coding)} title=${toldOf(coding)}>
      <span class="line"><${CodeName} code=${coding.code} /><small>${coding.waiting ? t("waiting") : coding.coder === state.project.me ? "" : nameOfCoder(coding.coder)}</small></span>
      <q>${short(quote, 88)}</q>
    </button>
    <div class="tools">
      ${coding.stale && html`<button type="button" class="link" onClick=${() => commands.confirm(coding)} title=${t("stale-hint")}>${t("confirm")}</button>`}
      ${coding.weight !== null && coding.weight !== undefined && html`<small>${t("weight")} ${coding.weight}</small>`}
      ${coding.memo && html`<small class="memo">${short(coding.memo, 40)}</small>`}
      <span class="grow"></span>
      ${own && html`<${IconButton} icon="memo" name=${t("memo")} action="memo" onClick=${() => commands.memo(coding)} />
        <${IconButton} icon="swap" name=${t("recode")} action="recode" onClick=${() => commands.recode(coding)} />
        <${IconButton} icon="trash" name=${t("retract")} action="retract" onClick=${() => commands.retract(coding)} />`}
    </div>
  </div>`;
}
