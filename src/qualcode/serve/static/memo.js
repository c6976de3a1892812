// The memo of a coding, its weight, and memos on documents and codes.

import { html } from "./preact-htm.js";
import { CodeName, Dialog, short } from "./parts.js";
import { act } from "./queue.js";
import { targetOf } from "./model.js";
import { set, state } from "./store.js";
import { t } from "./words.js";

/** `dialog` is {coding} or {target, about}: a memo on a coding, or one of its own on something else. */
export function MemoDialog({ dialog }) {
  const { coding, about, target } = dialog;
  const close = () => set({ dialog: null });
  const scale = state.project.scale;
  const save = (event) => {
    event.preventDefault();
    const fields = new FormData(event.target);
    const memo = fields.get("memo").trim();
    close();
    if (!coding) {
      if (memo) act("add-memo", { target, text: memo });
      return;
    }
    if (memo !== (coding.memo ?? "")) act("memo", { ...targetOf(coding), memo });
    const weight = fields.get("weight") === "" ? null : Number(fields.get("weight"));
    if (weight !== (coding.weight ?? null)) act("weight", { ...targetOf(coding), weight });
  };
  const onKey = (event) => (event.ctrlKey || event.metaKey) && event.key === "Enter" && event.currentTarget.requestSubmit();
  return html`<${Dialog} title=${t("memo")} close=${close}>
    <form onSubmit=${save} onKeyDown=${onKey}>
      ${coding ? html`<p><${CodeName} code=${coding.code} /></p><blockquote>${short(state.doc.text.slice(coding.a, coding.z), 240)}</blockquote>` : html`<p>${about}</p>`}
      <label>${t("memo")}<textarea name="memo" rows="5" autofocus>${coding?.memo}</textarea></label>
      ${coding && html`<label>${t("weight")}
        ${scale.length
          ? html`<select name="weight"><option value="">–</option>${scale.map(([number, name]) => html`<option value=${number} selected=${number === coding.weight}>${number} ${name}</option>`)}</select>`
          : html`<input name="weight" type="number" min="0" step="1" defaultValue=${coding.weight ?? ""} />`}
      </label>`}
      <div class="buttons"><button type="button" onClick=${close}>${t("cancel")}</button><button class="main">${t("save")} <kbd class="only-keys">Ctrl Enter</kbd></button></div>
    </form>
  <//>`;
}
