// The figures of the report, each drawn anew when what it shows is another.

import { html, useEffect, useState } from "./preact-htm.js";
import { ask } from "./api.js";
import { Loading, useLoaded } from "./parts.js";
import { state } from "./store.js";
import { t } from "./words.js";

const QUIET = 800; // ms without a change, before it is asked what became of the figures

export function FiguresPanel() {
  const place = useSettled(state.place, QUIET);
  const found = useLoaded(() => ask("/api/figures"), [place]);
  if (!found.value) return html`<${Loading} found=${found} />`;
  if (!found.value.figures.length) return html`<p class="hint">${t("no-figures")}</p>`;
  return html`<div class="figures">${found.value.figures.map((figure) => html`<${Figure} key=${figure.name} figure=${figure} />`)}</div>`;
}

// A value once it has stayed the same for a while: somebody who codes makes a change every few seconds.
function useSettled(value, quiet) {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), quiet);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

// One after the other: drawing takes the server a while, and somebody else may be coding.
let turn = Promise.resolve();
const askInTurn = (path) => {
  const answer = turn.then(() => ask(path));
  turn = answer.catch(() => {});
  return answer;
};

// The key of a figure stays the same as long as its picture does.
function Figure({ figure }) {
  const found = useLoaded(() => askInTurn(`/api/figures/${encodeURIComponent(figure.name)}`), [figure.key]);
  const [address, setAddress] = useState("");
  useEffect(() => {
    if (!found.value) return;
    // As an image a figure can run nothing and reach nothing, whatever the names of codes in it are.
    const made = URL.createObjectURL(new Blob([found.value.svg], { type: "image/svg+xml" }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [found.value]);
  return html`<figure><figcaption>${figure.title}</figcaption>
    ${address && found.value ? html`<a href=${address} target="_blank"><img src=${address} alt=${found.value.alt} /></a>` : html`<${Loading} found=${found} />`}</figure>`;
}
