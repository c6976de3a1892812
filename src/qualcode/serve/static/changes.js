// Changes of the codebook: a small form for each, with what it would do before it is done.

import { html, useEffect, useState } from "./preact-htm.js";
import { ask, send } from "./api.js";
import { CodeFields, CodeSelect, linesOf } from "./palette.js";
import { CodeName, Dialog, short, useLoaded } from "./parts.js";
import { act } from "./queue.js";
import { set } from "./store.js";
import { t } from "./words.js";

const PREVIEWED = ["rename-code", "move-code", "merge-codes", "retire-code"];

/** The arguments of a change, from the fields of its form. */
function argumentsOf(change, code, fields, parts) {
  const reason = fields.get("reason")?.trim() || undefined;
  const given = (name) => fields.get(name)?.trim() ?? undefined;
  if (change === "add-code" || change === "redefine-code") {
    const texts = { definition: given("definition"), include: linesOf(given("include")), exclude: linesOf(given("exclude")), reason };
    if (change === "redefine-code") return { code: code.id, ...texts };
    return { name: given("name"), parent: given("parent") || undefined, ...texts };
  }
  if (change === "rename-code") return { code: code.id, name: given("name"), reason };
  if (change === "move-code") return { code: code.id, parent: given("parent") || null, reason };
  if (change === "merge-codes") return { sources: [code.id], into: given("into"), reason };
  if (change === "split-code") return { code: code.id, parts, reason };
  return { code: code.id, reason };
}

export function Changes({ dialog }) {
  const { change, code } = dialog;
  const [preview, setPreview] = useState(null);
  const [error, setError] = useState("");
  const [parts, setParts] = useState({});
  const [form, setForm] = useState(null);
  const close = () => set({ dialog: null });

  const look = async () => {
    if (!PREVIEWED.includes(change) || !form?.checkValidity()) return;
    try {
      setPreview(await send("/api/preview", { action: change, arguments: argumentsOf(change, code, new FormData(form), parts) }));
      setError("");
    } catch (problem) {
      setPreview(null);
      setError(problem.message);
    }
  };
  useEffect(() => void look(), [form]);

  const save = async (event) => {
    event.preventDefault();
    try {
      await act(change, argumentsOf(change, code, new FormData(event.target), parts), { quiet: true });
      close();
    } catch (problem) {
      setError(problem.message);
    }
  };
  return html`<${Dialog} title=${code ? `${t(change)}: ${code.name}` : t("new-code")} close=${close} wide=${change === "split-code"}>
    <form ref=${(element) => element && element !== form && setForm(element)} onSubmit=${save} onChange=${() => look()}>
      <${Fields} change=${change} code=${code} parts=${parts} setParts=${setParts} />
      <label>${t("reason")}<input name="reason" placeholder=${t("reason-hint")} /></label>
      ${preview && html`<${Preview} preview=${preview} />`}
      ${error && html`<p class="error" role="alert">${error}</p>`}
      <div class="buttons"><button type="button" onClick=${close}>${t("cancel")}</button><button class="main">${t("do-it")}</button></div>
    </form>
  <//>`;
}

function Fields({ change, code, parts, setParts }) {
  if (change === "add-code") return html`<${CodeFields} values=${{}} />`;
  if (change === "redefine-code") return html`<${CodeFields} values=${code} isNew=${false} />`;
  if (change === "rename-code") return html`<label>${t("new-name")}<input name="name" required defaultValue=${code.name} autofocus /></label>`;
  if (change === "move-code") return html`<label>${t("under")}<${CodeSelect} name="parent" value=${code.parent ?? ""} none=${t("top-level")} except=${[code.id]} /></label>`;
  if (change === "merge-codes") return html`<label>${t("merge-into")}<${CodeSelect} name="into" none="" except=${[code.id]} codable /></label>`;
  if (change === "split-code") return html`<${Split} code=${code} parts=${parts} setParts=${setParts} />`;
  return html`<p>${t("retire-hint")}</p>`;
}

const keyOf = ({ document, coding }) => `${document}:${coding.id}`;

// Each coding goes to one of the parts; what nobody decides stays listed as undecided.
function Split({ code, parts, setParts }) {
  const [names, setNames] = useState(["", ""]);
  const [where, setWhere] = useState({});
  const found = useLoaded(() => ask("/api/codings", { code: code.id }), [code.id]);
  useEffect(() => {
    const made = {};
    names.forEach((name, at) => {
      if (!name.trim()) return;
      const chosen = (found.value?.codings ?? []).filter((each) => where[keyOf(each)] === at);
      made[name.trim()] = Object.groupBy(chosen, (each) => each.document);
      for (const document in made[name.trim()]) made[name.trim()][document] = made[name.trim()][document].map((each) => each.coding.id);
    });
    setParts(made);
  }, [names, where]);
  return html`<fieldset><legend>${t("parts")}</legend>
      ${names.map((name, at) => html`<input key=${at} aria-label=${t("part-n", { n: at + 1 })} placeholder=${t("part-n", { n: at + 1 })} value=${name} onInput=${(event) => setNames(names.with(at, event.target.value))} />`)}
      <button type="button" class="link" onClick=${() => setNames([...names, ""])}>${t("one-more")}</button></fieldset>
    ${found.value && html`<ul class="list split">
      ${found.value.codings.map((each) => html`<li key=${keyOf(each)}><q>${short(each.quote, 150)}</q>
        <select aria-label=${t("part")} onChange=${(event) => setWhere({ ...where, [keyOf(each)]: event.target.value === "" ? undefined : Number(event.target.value) })}>
          <option value="">${t("undecided")}</option>${names.map((name, at) => name.trim() && html`<option value=${at}>${name}</option>`)}</select></li>`)}
    </ul>`}`;
}

function Preview({ preview }) {
  return html`<section class="preview" aria-label=${t("preview")}><h3>${t("preview")}</h3>
    <ul>${preview.told.map((line) => html`<li>${line}</li>`)}</ul>
    ${preview.codes.length > 0 && html`<table><thead><tr><th>${t("code")}</th><th>${t("before")}</th><th>${t("after")}</th></tr></thead>
      <tbody>${preview.codes.map((code) => html`<tr><th><${CodeName} code=${code.id} name=${code.name} /></th><td>${code.before}</td><td>${code.after}</td></tr>`)}</tbody></table>`}
  </section>`;
}
