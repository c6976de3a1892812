// The figures of the report, drawn anew when something changed.

import { html, useEffect, useState } from "./preact-htm.js";
import { ask } from "./api.js";
import { Loading, useLoaded } from "./parts.js";
import { state } from "./store.js";
import { t } from "./words.js";

export function FiguresPanel() {
  const found = useLoaded(() => ask("/api/figures"), []);
  if (!found.value) return html`<${Loading} found=${found} />`;
  if (!found.value.figures.length) return html`<p class="hint">${t("no-figures")}</p>`;
  return html`<div class="figures">${found.value.figures.map((figure) => html`<${Figure} key=${figure.name} figure=${figure} />`)}</div>`;
}

// One after the other: drawing takes the server a while, and somebody else may be coding.
let turn = Promise.resolve();
const askInTurn = (path) => {
  const answer = turn.then(() => ask(path));
  turn = answer.catch(() => {});
  return answer;
};

function Figure({ figure }) {
  const found = useLoaded(() => askInTurn(`/api/figures/${encodeURIComponent(figure.name)}`), [state.project]);
  const [address, setAddress] = useState("");
  useEffect(() => {
    if (!found.value) return;
    // As an image a figure can run nothing and reach nothing, whatever the names of codes in it are.
    const made = URL.createObjectURL(new Blob([found.value.svg], { type: "image/svg+xml" }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [found.value]);
  return html`<figure><figcaption>${figure.title}</figcaption>
    ${address ? html`<a href=${address} target="_blank"><img src=${address} alt=${found.value?.alt ?? figure.title} /></a>` : html`<${Loading} found=${found} />`}</figure>`;
}
