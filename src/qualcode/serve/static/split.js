// The parts of a split, and which of its codings goes to which. What nobody decides stays listed as undecided.

import { html, useEffect, useState } from "./preact-htm.js";
import { Loading, More, short, useCodings } from "./parts.js";
import { fold } from "./rank.js";
import { documentOf, nameOfCode, nameOfCoder, state } from "./store.js";
import { t } from "./words.js";

const keyOf = ({ document, coding }) => `${document}:${coding.id}`;

/** The form of a new split: names of parts, and the codings. Tells `setParts` the argument `parts` of the action. */
export function Split({ code, setParts }) {
  const [names, setNames] = useState(["", ""]);
  const parts = names.map((name, at) => ({ key: String(at), id: idOf(name), name: name.trim() })).filter((part) => part.name);
  const others = state.project.codes.filter((each) => each.codable && each.status === "live" && each.id !== code.id);
  return html`<fieldset><legend>${t("parts")}</legend>
      ${names.map((name, at) => html`<input key=${at} required=${at < 2} autofocus=${at === 0} list="split-codes" aria-label=${t("part-n", { n: at + 1 })} placeholder=${t("part-n", { n: at + 1 })} value=${name} onInput=${(event) => setNames(names.with(at, event.target.value))} />`)}
      <datalist id="split-codes">${others.map((each) => html`<option value=${each.name} />`)}</datalist>
      <button type="button" class="link" onClick=${() => setNames([...names, ""])}>${t("one-more")}</button></fieldset>
    <${Choices} code=${code} parts=${parts} setParts=${setParts} />`;
}

/** The form of what a split left open: its parts are there, and the codings are those that have none. */
export function Decide({ code, setParts }) {
  const parts = code.parts.map((id) => ({ key: id, id, name: nameOfCode(id) }));
  return html`<${Choices} code=${code} parts=${parts} setParts=${setParts} />`;
}

// A part is a code that there is, by its name, or one that is made.
function idOf(name) {
  const known = state.project.codes.find((each) => each.status === "live" && each.codable && fold(each.name) === fold(name));
  return known?.id ?? name.trim();
}

function Choices({ code, parts, setParts }) {
  const [where, setWhere] = useState({}); // by coding, the key of its part
  const [typed, setTyped] = useState("");
  const [found, more] = useCodings(code.id);
  const codings = found.value?.codings ?? [];
  useEffect(() => {
    const chosen = (part) => codings.filter((each) => where[keyOf(each)] === part.key);
    const claim = (part) => Object.fromEntries([...Map.groupBy(chosen(part), (each) => each.document)].map(([id, all]) => [id, all.map((each) => each.coding.id)]));
    setParts(Object.fromEntries(parts.map((part) => [part.id, chosen(part).length ? claim(part) : null])));
  }, [JSON.stringify(parts), where, found.value]);

  if (!found.value) return html`<${Loading} found=${found} />`;
  const shown = codings.filter((each) => fold(each.quote).includes(fold(typed)));
  const give = (key, those) => setWhere({ ...where, ...Object.fromEntries(those.map((each) => [keyOf(each), key])) });
  const options = html`<option value="">${t("undecided")}</option>${parts.map((part) => html`<option value=${part.key}>${part.name}</option>`)}`;
  return html`<${More} shown=${codings.length} total=${found.value.total} more=${more} />
    <div class="give"><input type="search" aria-label=${t("filter")} placeholder=${t("filter")} value=${typed} onInput=${(event) => setTyped(event.target.value)} />
      <select aria-label=${t("all-shown-to", { n: shown.length })} value="-" onChange=${(event) => give(event.target.value, shown)}>
        <option value="-" disabled>${t("all-shown-to", { n: shown.length })}</option>${options}</select></div>
    <ul class="list split" aria-label=${t("codings")}>
      ${shown.map((each) => html`<li key=${keyOf(each)}><span><q>${short(each.quote, 150)}</q><small>${documentOf(each.document)?.name} · ${nameOfCoder(each.coding.coder)}</small></span>
        <select aria-label=${`${t("part")}: ${short(each.quote, 60)}`} value=${where[keyOf(each)] ?? ""} onChange=${(event) => give(event.target.value, [each])}>${options}</select></li>`)}
    </ul>`;
}
