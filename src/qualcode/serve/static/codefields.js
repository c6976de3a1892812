// The fields of a code: what it is called, where it stands, what it means, and how it looks.

import { html, useState } from "./preact-htm.js";
import { codeOf, state } from "./store.js";
import { t } from "./words.js";

const LISTS = ["include", "exclude", "examples", "counterexamples", "keywords"];
const MORE = ["examples", "counterexamples", "keywords"];

const linesOf = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

/** The fields of a form as the arguments of an action; with `code` only those that are other than they are. */
export function codeArguments(form, code = null) {
  const fields = new FormData(form);
  const given = {
    definition: fields.get("definition").trim(),
    ...Object.fromEntries(LISTS.map((name) => [name, linesOf(fields.get(name))])),
    codable: form.elements.codable?.checked ?? true,
    colour: fields.has("own-colour") ? fields.get("colour") : null,
  };
  if (!code) return { name: fields.get("name").trim(), parent: fields.get("parent") || undefined, ...given };
  const before = { ...code, colour: code.own_colour };
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));
}

/** The fields themselves, of a code that there is, or of a new one with a name that was typed already, which is `applied` at once. */
export function CodeFields({ code = null, name = "", applied = false }) {
  const lines = (field) => html`<label>${t(field)}<textarea name=${field} rows="2" placeholder=${t("one-a-line")}>${code?.[field].join("\n")}</textarea></label>`;
  const has = MORE.some((field) => code?.[field].length) || code?.own_colour || code?.codable === false;
  return html`${!code && html`<label>${t("name")}<input name="name" required defaultValue=${name} autofocus /></label>
      <label>${t("under")}<${CodeSelect} name="parent" none=${t("top-level")} /></label>`}
    <label>${t("definition")}<textarea name="definition" rows="2" autofocus=${Boolean(code)}>${code?.definition}</textarea></label>
    ${lines("include")}${lines("exclude")}
    <details class="more" open=${has}><summary>${t("more-fields")}</summary>
      ${MORE.map(lines)}
      <${Colour} code=${code} />
      ${!applied && html`<label class="check"><input type="checkbox" name="codable" defaultChecked=${code?.codable ?? true} /> ${t("codable")}</label>`}
    </details>`;
}

// A code without a colour of its own has that of its family.
function Colour({ code }) {
  const [own, setOwn] = useState(Boolean(code?.own_colour));
  return html`<div class="colour"><label class="check"><input type="checkbox" name="own-colour" checked=${own} onChange=${(event) => setOwn(event.target.checked)} /> ${t("own-colour")}</label>
    <input type="color" name="colour" aria-label=${t("colour")} disabled=${!own} defaultValue=${codeOf(code?.id)?.colour ?? "#2f6db3"} /></div>`;
}

/** A list of codes to choose one from. */
export function CodeSelect({ name, value = "", none = null, except = [], codable = false }) {
  return html`<select name=${name} required=${codable}>
    ${none !== null && html`<option value="">${none}</option>`}
    ${state.project.codes
      .filter((code) => code.status === "live" && !except.includes(code.id) && (code.codable || !codable))
      .map((code) => html`<option value=${code.id} selected=${code.id === value}>${"\u2003".repeat(code.depth) + code.name}</option>`)}
  </select>`;
}
