// What is kept in the browser, from one page to the next.

/** What is kept under a name, or what there is without. What cannot be read is begun anew: it is not worth a page that does not open. */
export function readKept(name, none) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? none;
  } catch {
    return none;
  }
}

/** Keep something under a name. */
export const keep = (name, value) => localStorage.setItem(name, JSON.stringify(value));
