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
export const t = (name, values = {}) => filled(words[name] ?? english[name], values);

function filled(found, values) {
  if (Array.isArray(found)) found = new Intl.PluralRules(language).select(values.n) === "one" ? found[0] : found[1];
  return found.replace(/\{(\w+)\}/g, (_, each) => (typeof values[each] === "number" ? values[each].toLocaleString(language) : values[each]));
}

/** A sentence of the server's: what it says in English, or the same of the table, from what it is about. */
export const tell = ({ told, said }) => (said && language !== "en" ? sayAgain(said) : told);

function sayAgain(said) {
  if (Array.isArray(said)) return said.map(sayAgain).join(", ");
  if (typeof said !== "object" || said === null) return said;
  const form = words[`said.${said.name}`];
  return form ? filled(form, Object.fromEntries(Object.entries(said.values).map(([name, value]) => [name, sayAgain(value)]))) : said.text;
}
