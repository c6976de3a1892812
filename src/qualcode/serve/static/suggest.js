// Suggestions, one after another: what was found, why, and a verdict, after which the next one is shown.

import { html, useEffect, useState } from "./preact-htm.js";
import { ask } from "./api.js";
import { Criteria } from "./palette.js";
import { CodeName, Keys, Loading, short, useLoaded } from "./parts.js";
import { act } from "./queue.js";
import { codeOf, documentOf, set, state } from "./store.js";
import { t } from "./words.js";

export function SuggestPanel({ commands }) {
  const [decided, setDecided] = useState([]);
  const [at, setAt] = useState(0);
  const found = useLoaded(() => ask("/api/suggestions", { document: state.doc?.id, limit: 50 }), [state.doc?.id]);
  const open = (found.value?.suggestions ?? []).filter((each) => !decided.includes(each.id));
  const here = open[Math.min(at, open.length - 1)];

  useEffect(() => {
    if (here) commands.openAt(here);
  }, [here?.id]);

  const decide = (action, more = {}) => {
    if (!here) return;
    act(action, { suggestion: here, ...more });
    setDecided([...decided, here.id]);
  };
  const edit = () => commands.choose(t("other-code"), (code) => decide("edit-suggestion", { code }), here.quote);
  // The keys of the text know the verdicts while the panel is open.
  useEffect(() => {
    set({ verdicts: here ? { accept: () => decide("accept"), reject: () => decide("reject"), skip: () => setAt((at + 1) % open.length) } : null });
    return () => set({ verdicts: null });
  }, [here?.id, at, decided]);

  if (!found.value) return html`<${Loading} found=${found} />`;
  if (!here) return html`<p class="hint">${decided.length ? t("all-decided") : t("no-suggestions")}</p>`;
  return html`<article class="suggestion">
    <p class="hint">${t("suggestion-of", { n: open.indexOf(here) + 1, all: open.length })} · ${documentOf(here.document)?.name}</p>
    <h3><${CodeName} code=${here.code} /> ${here.probability !== null && html`<small title=${t("score")}>${Math.round(here.probability * 100)} %</small>`}</h3>
    <blockquote>${short(here.quote, 300)}</blockquote>
    <${Criteria} code=${codeOf(here.code)} />
    ${here.told.length > 0 && html`<h4>${t("why")}</h4><ul>${here.told.map((line) => html`<li>${line}</li>`)}</ul>`}
    ${here.near.length > 0 && html`<h4>${t("similar")}</h4><ul class="examples">${here.near.map((each) => html`<li><q>${short(each.quote, 140)}</q></li>`)}</ul>`}
    <div class="buttons verdicts">
      <button type="button" class="main" onClick=${() => decide("accept")}>${t("accept")} <${Keys} action="accept" /></button>
      <button type="button" onClick=${() => decide("reject")}>${t("reject")} <${Keys} action="reject" /></button>
      <button type="button" onClick=${edit}>${t("other-code")}</button>
      <button type="button" onClick=${() => setAt((at + 1) % open.length)}>${t("skip")} <${Keys} action="skip" /></button>
    </div>
    <p class="hint">${t("suggestion-note")}</p>
  </article>`;
}
