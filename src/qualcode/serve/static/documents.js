// The documents: how far each is coded, by whom it is finished; adding files.

import { html, useState } from "./preact-htm.js";
import { sendFile } from "./api.js";
import { Icon } from "./icons.js";
import { Memos } from "./memo.js";
import { documentOf, nameOfCoder, set, state } from "./store.js";
import { fold } from "./rank.js";
import { t } from "./words.js";

export function DocumentsPanel({ commands }) {
  const [typed, setTyped] = useState("");
  const { documents, coders, blind } = state.project;
  const shown = documents.filter((each) => fold(each.name).includes(fold(typed)));
  const mine = documents.filter((each) => each.mine).length;
  return html`<div class="head">
      <p class="hint">${t("finished-of", { n: mine, all: documents.length })}</p>
      <progress max=${documents.length || 1} value=${mine} aria-label=${t("finished-of", { n: mine, all: documents.length })}></progress>
      ${documents.length > 8 && html`<input type="search" aria-label=${t("filter")} placeholder=${t("filter")} value=${typed} onInput=${(event) => setTyped(event.target.value)} />`}
    </div>
    <ul class="list documents">
      ${shown.map(
        (each) => html`<li key=${each.id}><button type="button" aria-current=${each.id === state.doc?.id ? "page" : undefined} onClick=${() => commands.open(each.id)}>
          <span class="name">${each.name}</span>
          <span class="hint">${t("codings-n", { n: each.codings })}${each.finished.length > 0 && !blind && ` · ${t("finished-by", { coders: each.finished.map(nameOfCoder).join(", ") })}`}</span>
          ${each.mine && html`<${Icon} name="check" />`}
        </button></li>`,
      )}
    </ul>
    ${state.doc && html`<${MemosHere} entry=${documentOf(state.doc.id)} commands=${commands} />`}
    ${!blind && coders.length > 1 && html`<${ByCoder} />`}
    <${AddDocuments} commands=${commands} />`;
}

function MemosHere({ entry, commands }) {
  if (!entry) return null;
  const write = () => set({ dialog: { kind: "memo", target: `document:${entry.id}`, about: entry.name } });
  return html`<section><h3>${t("memos-on", { name: entry.name })}</h3><${Memos} memos=${entry.memos} about=${entry.name} commands=${commands} />
    <button type="button" class="link" onClick=${write}>${t("new-memo")}</button>
    ${state.selection && html` <button type="button" class="link" onClick=${() => commands.memoOnPassage()}>${t("memo-on-passage")}</button>`}</section>`;
}

function ByCoder() {
  const { documents, coders } = state.project;
  const rows = coders
    .filter((coder) => coder.kind === "person")
    .map((coder) => [coder, documents.filter((each) => each.finished.includes(coder.id)).length]);
  return html`<section><h3>${t("progress")}</h3><ul class="bars">
    ${rows.map(([coder, n]) => html`<li key=${coder.id}><span>${coder.name}</span><progress max=${documents.length || 1} value=${n} aria-label=${coder.name}></progress><span>${n} / ${documents.length}</span></li>`)}
  </ul></section>`;
}

function AddDocuments({ commands }) {
  const [told, setTold] = useState("");
  const add = async (event) => {
    for (const file of event.target.files) {
      setTold(t("adding", { name: file.name }));
      try {
        const { result } = await sendFile(file);
        await commands.reread();
        commands.open(result.documents[0]);
        setTold("");
      } catch (error) {
        setTold(error.message.startsWith(file.name) ? error.message : `${file.name}: ${error.message}`);
        return;
      }
    }
  };
  return html`<div class="head"><label class="button">${t("add-documents")}<input type="file" multiple onChange=${add} /></label>
    ${told && html`<p class="hint" role="status">${told}</p>`}</div>`;
}
