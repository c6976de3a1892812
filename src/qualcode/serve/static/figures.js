// The figures of the report, each drawn anew when what it shows is another.

import { html, useEffect, useState } from "./preact-htm.js";
import { ask } from "./api.js";
import { Loading, useLoaded, useSettledPlace } from "./parts.js";
import { t } from "./words.js";

export function FiguresPanel() {
  const found = useLoaded(() => ask("/api/figures"), [useSettledPlace()]);
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
