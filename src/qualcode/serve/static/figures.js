// The figures of the report, drawn anew when something changed.

import { html } from "./preact-htm.js";
import { ask } from "./api.js";
import { Loading, useLoaded } from "./parts.js";
import { state } from "./store.js";
import { t } from "./words.js";

const dark = () => (matchMedia("(prefers-color-scheme: dark)").matches ? 1 : 0);

export function FiguresPanel() {
  const found = useLoaded(() => ask("/api/figures"), [state.project]);
  if (!found.value) return html`<${Loading} found=${found} />`;
  if (!found.value.figures.length) return html`<p class="hint">${t("no-figures")}</p>`;
  return html`<div class="figures">${found.value.figures.map(
    ({ name, title }) => html`<figure key=${name}><figcaption>${title}</figcaption>
      <a href=${addressOf(name)} target="_blank"><img src=${addressOf(name)} alt=${title} loading="lazy" /></a></figure>`,
  )}</div>`;
}

// The place in the log is part of the address, so that a browser shows no figure of an earlier moment.
const addressOf = (name) => `/api/figures/${encodeURIComponent(name)}.svg?dark=${dark()}&place=${encodeURIComponent(state.project.place)}`;
