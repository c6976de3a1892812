// How the page looks: as the system does, unless somebody chose otherwise; kept in the browser.

const KEPT = "qualcode.look";
const FIRST = { theme: "system", size: "m" };

export function readLook() {
  try {
    return { ...FIRST, ...JSON.parse(localStorage.getItem(KEPT)) };
  } catch {
    // As with keys: what cannot be read is begun again.
    return FIRST;
  }
}

export function setLook(look) {
  localStorage.setItem(KEPT, JSON.stringify(look));
  applyLook(look);
  return look;
}

export function applyLook({ theme, size } = readLook()) {
  const root = document.documentElement;
  if (theme === "system") root.removeAttribute("data-theme");
  else root.dataset.theme = theme;
  root.dataset.size = size;
}
