// The words of the page. A language is a table like words-en.js; numbers choose between "one" and "other".

import { WORDS as english } from "./words-en.js";

export const LANGUAGES = { en: "English", de: "Deutsch", fr: "Français", es: "Español" };
const KEPT = "qualcode.language";

export let language = "en";
let words = english;

/** Read the table of the language that was chosen here, or else of the first that the browser asks for. */
export async function readLanguage() {
  const asked = [localStorage.getItem(KEPT), ...navigator.languages.map((each) => each.slice(0, 2))];
  language = asked.find((each) => each in LANGUAGES) ?? "en";
  words = (await import(`./words-${language}.js`)).WORDS;
  document.documentElement.lang = language;
}

/** Choose a language; the page starts anew with it. */
export function setLanguage(chosen) {
  localStorage.setItem(KEPT, chosen);
  location.reload();
}

/** The words for a name, with values in the places of {name}. */
export function t(name, values = {}) {
  let found = words[name] ?? english[name];
  if (Array.isArray(found)) found = new Intl.PluralRules(language).select(values.n) === "one" ? found[0] : found[1];
  return found.replace(/\{(\w+)\}/g, (_, each) => (typeof values[each] === "number" ? values[each].toLocaleString(language) : values[each]));
}
