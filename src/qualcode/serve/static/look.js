// How the page looks: as the system does, unless somebody chose otherwise; kept in the browser.

import { keep, readKept } from "./kept.js";

const KEPT = "qualcode.look";
const FIRST = { theme: "system", size: "m" };

export const readLook = () => ({ ...FIRST, ...readKept(KEPT, {}) });

export function setLook(look) {
  keep(KEPT, look);
  applyLook(look);
  return look;
}

export function applyLook({ theme, size } = readLook()) {
  const root = document.documentElement;
  if (theme === "system") root.removeAttribute("data-theme");
  else root.dataset.theme = theme;
  root.dataset.size = size;
}
