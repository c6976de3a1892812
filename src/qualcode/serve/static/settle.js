// What has no place in a corrected text, and what was changed in two copies at once: each is settled here.

import { html } from "./preact-htm.js";
import { ask } from "./api.js";
import { passageOf } from "./model.js";
import { Loading, short, useLoaded } from "./parts.js";
import { act } from "./queue.js";
import { documentOf, nameOfCoder, state } from "./store.js";
import { t } from "./words.js";

const read = async () => {
  const [{ passages }, { conflicts }] = await Promise.all([ask("/api/quarantine"), ask("/api/conflicts")]);
  return { passages, conflicts };
};

export function Settle({ commands }) {
  const found = useLoaded(read, [state.project]);
  if (!found.value) return html`<${Loading} found=${found} />`;
  const { passages, conflicts } = found.value;
  if (!passages.length && !conflicts.length) return html`<p class="hint">${t("nothing-to-settle")}</p>`;
  return html`${passages.map((passage) => html`<${Passage} key=${passage.id} passage=${passage} commands=${commands} />`)}
    ${conflicts.map((conflict) => html`<${Conflict} key=${conflict.id} conflict=${conflict} />`)}`;
}

// Its codings wait for a place: one of those that were found, or what is selected in the text.
function Passage({ passage, commands }) {
  const place = ({ start, end }) => act("place", { passage: passage.id, start, end });
  const chosen = state.selection && state.doc?.id === passage.document && state.selection;
  const here = () => place(passageOf(chosen));
  return html`<article class="settle"><p class="hint">${documentOf(passage.document)?.name} · ${passage.reason}</p>
    <blockquote>${short(passage.quote, 240)}</blockquote>
    <ul>${passage.candidates.map((each) => html`<li key=${each.start}>
      <button type="button" class="go" onClick=${() => commands.openAt({ document: passage.document, ...each })}><q>${short(each.quote, 160)}</q></button>
      <button type="button" class="link" onClick=${() => place(each)}>${t("place-here")}</button></li>`)}</ul>
    <button type="button" class="link" disabled=${!chosen} onClick=${here}>${t("place-at-selection")}</button></article>`;
}

function Conflict({ conflict }) {
  return html`<article class="settle"><p>${conflict.told}</p>
    <ul>${conflict.sides.map((side) => html`<li key=${side.event}><span>${side.told} <small>${nameOfCoder(side.coder)}</small></span>
      <button type="button" class="link" onClick=${() => act("resolve", { conflict: conflict.id, take: side.coder })}>${t("take-this")}</button></li>`)}</ul>
    ${conflict.merges && html`<button type="button" class="link" onClick=${() => act("resolve", { conflict: conflict.id, take: "merged" })}>${t("take-merged")}</button>`}</article>`;
}
