// Adjudication: what each coder put on a passage, side by side, and the decision in the name of the consensus.

import { html, useEffect, useState } from "./preact-htm.js";
import { ask } from "./api.js";
import { CodeName, Loading, short, useLoaded, useSettledPlace } from "./parts.js";
import { act } from "./queue.js";
import { documentOf, nameOfCoder, state } from "./store.js";
import { t } from "./words.js";

const UNITS = ["segment", "sentence", "paragraph"];

export function Adjudicate({ commands }) {
  const [unit, setUnit] = useState("segment");
  const [at, setAt] = useState(0);
  const found = useLoaded(() => ask("/api/disagreements", { unit }), [unit, useSettledPlace()]);
  const open = (found.value?.disagreements ?? []).filter((each) => each.open);
  const here = open[Math.min(at, open.length - 1)];
  const finish = async () => {
    const made = await act("finish-decided", { unit }).catch(() => null); // what is refused is listed
    if (!made) return;
    const { finished } = made;
    commands.note(finished.length ? t("finished-decided", { documents: finished.map((id) => documentOf(id)?.name ?? id).join(", ") }) : t("nothing-decided"));
  };
  return html`<div class="head"><label class="in-line">${t("compared-by")}<select value=${unit} onChange=${(event) => (setUnit(event.target.value), setAt(0))}>
      ${UNITS.map((each) => html`<option value=${each}>${t(`unit-${each}`)}</option>`)}</select></label>
      <button type="button" class="link" title=${t("finish-decided-hint")} onClick=${finish}>${t("finish-decided")}</button></div>
    ${!found.value ? html`<${Loading} found=${found} />`
      : !here ? html`<p class="hint">${t("no-disagreements")}</p>`
      : html`<${Sides} key=${`${here.document}:${here.start}:${here.end}:${at}`} here=${here} n=${open.indexOf(here)} all=${open.length} move=${(by) => setAt((open.indexOf(here) + by + open.length) % open.length)} commands=${commands} />`}`;
}

function Sides({ here, n, all, move, commands }) {
  const every = [...new Set(Object.values(here.had).flat())];
  const shared = every.filter((code) => Object.values(here.had).every((codes) => codes.includes(code)));
  const [taken, setTaken] = useState(shared);
  const [reason, setReason] = useState("");
  // The passage is looked at where it stands: a decision needs what comes before and after it.
  useEffect(() => void commands.openAt(here), []);
  const flip = (code) => setTaken(taken.includes(code) ? taken.filter((each) => each !== code) : [...taken, code]);
  const decide = () => {
    const { document, start, end, quote } = here;
    act("adjudicate", { document, start, end, quote, codes: taken, reason: reason || undefined });
  };
  return html`<article class="sides">
    <p class="hint">${t("n-of", { n: n + 1, all })} · ${documentOf(here.document)?.name}</p>
    <button type="button" class="go" onClick=${() => commands.openAt(here)}><blockquote>${short(here.quote, 300)}</blockquote></button>
    <div class="columns">${Object.entries(here.had).map(([coder, codes]) => html`<section key=${coder}><h3>${nameOfCoder(coder)}</h3>
      <ul>${codes.length ? codes.map((code) => html`<li class=${shared.includes(code) ? "" : "differs"}><${CodeName} code=${code} /></li>`) : html`<li class="hint">${t("nothing")}</li>`}</ul></section>`)}</div>
    <fieldset><legend>${t("decision")}</legend>
      ${[...new Set([...every, ...taken])].map((code) => html`<label class="check" key=${code}><input type="checkbox" checked=${taken.includes(code)} onChange=${() => flip(code)} /><${CodeName} code=${code} /></label>`)}
      <button type="button" class="link" onClick=${() => commands.choose(t("other-code"), (code) => setTaken([...taken, code]), here.quote)}>${t("other-code")}</button></fieldset>
    <label>${t("reason")}<input value=${reason} onInput=${(event) => setReason(event.target.value)} /></label>
    <div class="buttons"><button type="button" onClick=${() => move(-1)}>${t("back")}</button><button type="button" onClick=${() => move(1)}>${t("skip")}</button><button type="button" class="main" onClick=${decide}>${t("decide")}</button></div>
  </article>`;
}
