// Memos: of a coding, with its weight, and of documents and codes.

import { html } from "./preact-htm.js";
import { CodeName, Dialog, IconButton, short } from "./parts.js";
import { act } from "./queue.js";
import { targetOf } from "./model.js";
import { nameOfCoder, set, state } from "./store.js";
import { language, t } from "./words.js";

/** `dialog` is {coding}, for its memo and weight; {passage} or {target, about}, for a new memo; or {memo, about}, for one that there is. */
export function MemoDialog({ dialog }) {
  const { coding, about, target, memo, passage } = dialog;
  const quote = coding ? state.doc.text.slice(coding.a, coding.z) : passage?.quote;
  const close = () => set({ dialog: null });
  const save = (event) => {
    event.preventDefault();
    const fields = new FormData(event.target);
    const text = fields.get("memo").trim();
    close();
    if (memo) {
      if (text && text !== memo.text) act("edit-memo", { memo: memo.id, text });
    } else if (target) {
      if (text) act("add-memo", { target, text });
    } else if (passage) {
      const { document, start, end, quote } = passage;
      if (text) act("add-memo", { target: `segment:${document}:${start}-${end}`, text, quote });
    } else {
      if (text !== (coding.memo ?? "")) act("memo", { ...targetOf(coding), memo: text });
      const weight = fields.get("weight") === "" ? null : Number(fields.get("weight"));
      if (weight !== (coding.weight ?? null)) act("weight", { ...targetOf(coding), weight });
    }
  };
  const onKey = (event) => (event.ctrlKey || event.metaKey) && event.key === "Enter" && event.currentTarget.requestSubmit();
  return html`<${Dialog} title=${t("memo")} close=${close}>
    <form onSubmit=${save} onKeyDown=${onKey}>
      ${coding && html`<p><${CodeName} code=${coding.code} /></p>`}
      ${quote ? html`<blockquote>${short(quote, 240)}</blockquote>` : html`<p>${about}</p>`}
      <label>${t("memo")}<textarea name="memo" rows="5" autofocus>${(coding ?? {}).memo ?? memo?.text}</textarea></label>
      ${coding && html`<${Weight} coding=${coding} />`}
      <div class="buttons"><button type="button" onClick=${close}>${t("cancel")}</button><button class="main">${t("save")} <kbd class="only-keys">Ctrl Enter</kbd></button></div>
    </form>
  <//>`;
}

function Weight({ coding }) {
  const scale = state.project.scale;
  return html`<label>${t("weight")}
    ${scale.length
      ? html`<select name="weight"><option value="">–</option>${scale.map(([number, name]) => html`<option value=${number} selected=${number === coding.weight}>${number} ${name}</option>`)}</select>`
      : html`<input name="weight" type="number" min="0" step="1" defaultValue=${coding.weight ?? ""} />`}
  </label>`;
}

const quoteOf = ({ start, end }) => state.doc.text.slice(state.doc.offsets.toUnits(start), state.doc.offsets.toUnits(end));

/** The memos on a code, or on the open document and its passages. One's own can be edited and withdrawn. */
export function Memos({ memos, about, commands }) {
  if (!memos.length) return null;
  const day = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  return html`<ul class="memos" aria-label=${t("memos")}>${memos.map((memo) => html`<li key=${memo.id}>
    ${memo.start !== null && html`<button type="button" class="go" onClick=${() => commands.openAt({ document: state.doc.id, ...memo })}><q>${short(quoteOf(memo), 90)}</q></button>`}
    <p>${memo.text}</p>
    <div class="tools"><small>${nameOfCoder(memo.coder)} · ${day.format(new Date(memo.time))}</small><span class="grow"></span>
      ${memo.coder === state.project.me && html`<${IconButton} icon="memo" name=${t("edit-memo")} onClick=${() => set({ dialog: { kind: "memo", memo, about } })} />
        <${IconButton} icon="trash" name=${t("withdraw-memo")} onClick=${() => act("withdraw-memo", { memo: memo.id })} />`}</div></li>`)}</ul>`;
}
