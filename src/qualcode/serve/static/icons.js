// Icons, drawn as lines in the colour of the text around them.

import { html } from "./preact-htm.js";

const PATHS = {
  documents: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  codes: "M4 5h7l9 9-6 6-10-9zM8 8.5h.01",
  codings: "M4 6h10M4 12h16M4 18h12M18 4v4",
  suggestions: "M12 3l1.8 5.2L19 10l-5.2 1.8L12 17l-1.8-5.2L5 10l5.2-1.8zM19 16v4M17 18h4",
  search: "M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L21 21",
  work: "M4 6l2 2 3-4M4 13l2 2 3-4M4 20l2 2 3-4M12 6h8M12 13h8M12 20h8",
  history: "M4 12a8 8 0 108-8 8 8 0 00-7 4M4 4v4h4M12 8v4l3 2",
  figures: "M4 20h16M7 20v-7M12 20V6M17 20v-10",
  undo: "M9 5L4 10l5 5M4 10h10a6 6 0 010 12h-3",
  redo: "M15 5l5 5-5 5M20 10H10a6 6 0 000 12h3",
  help: "M9 9a3 3 0 116 0c0 2-3 2.5-3 4.5M12 18h.01",
  close: "M6 6l12 12M18 6L6 18",
  check: "M4 12l5 5L20 6",
  trash: "M5 7h14M10 3h4M7 7l1 14h8l1-14",
  memo: "M5 4h14v12H9l-4 4z",
  swap: "M4 8h14l-3-3M20 16H6l3 3",
  add: "M12 5v14M5 12h14",
};

export const Icon = ({ name }) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;
