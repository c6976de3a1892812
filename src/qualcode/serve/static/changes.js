// Changes of the codebook: a small form for each, with what it would do before it is done.

import { html, useEffect, useRef, useState } from "./preact-htm.js";
import { send } from "./api.js";
import { CodeFields, CodeSelect, codeArguments } from "./codefields.js";
import { CodeName, Dialog } from "./parts.js";
import { act } from "./queue.js";
import { Decide, Split } from "./split.js";
import { set } from "./store.js";
import { language, t } from "./words.js";

const PAUSE = 250; // ms without a key, before it is asked what would come of it

/** By change: its fields, its arguments beside code and reason, and whether what it does is looked at before. */
const CHANGES = {
  "add-code": { fields: () => html`<${CodeFields} />`, given: (form) => codeArguments(form) },
  "redefine-code": { fields: (code) => html`<${CodeFields} code=${code} />`, given: (form, code) => codeArguments(form, code) },
  "rename-code": { fields: (code) => html`<label>${t("new-name")}<input name="name" required defaultValue=${code.name} autofocus /></label>`, given: (form) => ({ name: said(form, "name") }), looks: true },
  "move-code": { fields: (code) => html`<label>${t("under")}<${CodeSelect} name="parent" value=${code.parent ?? ""} none=${t("top-level")} except=${[code.id]} /></label>`, given: (form) => ({ parent: said(form, "parent") || null }), looks: true },
  "merge-codes": { fields: (code) => html`<label>${t("merge-into")}<${CodeSelect} name="into" none="" except=${[code.id]} codable /></label>`, given: (form, code) => ({ sources: [code.id], into: said(form, "into") }), looks: true },
  "split-code": { fields: (code, setParts) => html`<${Split} code=${code} setParts=${setParts} />`, given: (form, code, parts) => ({ parts }), looks: true, wide: true },
  "decide-split": { fields: (code, setParts) => html`<${Decide} code=${code} setParts=${setParts} />`, given: (form, code, parts) => ({ parts }), looks: true, wide: true },
  revert: { fields: () => html`<p>${t("revert-hint")}</p>`, given: (form, code) => ({ revision: code.id }), looks: true },
  "retire-code": { fields: () => html`<p>${t("retire-hint")}</p>`, given: () => ({}), looks: true },
};

const ELSEWHERE = ["merge-codes", "revert"]; // what they are about has another name

const said = (form, name) => new FormData(form).get(name)?.trim();

/** Open the form of a change. */
export const openChange = (change, code = null) => set({ dialog: { kind: "change", change, code, key: `${change}-${code?.id}` } });

/** `dialog` is {change, code}; what is reverted is a revision, with an id and a name as codes have. */
export function Changes({ dialog, commands }) {
  const { change, code } = dialog;
  const { fields, given, looks, wide } = CHANGES[change];
  const form = useRef();
  const [parts, setParts] = useState({});
  const [changed, setChanged] = useState(0);
  const [saving, setSaving] = useState(false);
  const close = () => set({ dialog: null });
  const argumentsNow = () => {
    const about = code && !ELSEWHERE.includes(change) ? { code: code.id } : {};
    return { ...about, ...given(form.current, code, parts), reason: said(form.current, "reason") || undefined };
  };
  const [preview, error, setError] = usePreview(() => looks && !saving && form.current.checkValidity() && { action: change, arguments: argumentsNow() }, [changed, parts, saving]);

  const save = async (event) => {
    event.preventDefault();
    setSaving(true); // once: and what it would do is not asked while it is being done
    try {
      const result = await act(change, argumentsNow(), { quiet: true });
      close();
      if (result.undecided) commands.note(t("undecided-n", { n: result.undecided }));
    } catch (problem) {
      setError(problem.message);
      setSaving(false);
    }
  };
  return html`<${Dialog} title=${code ? `${t(change)}: ${code.name}` : t("new-code")} close=${close} wide=${wide}>
    <form ref=${form} onSubmit=${save} onChange=${() => setChanged(changed + 1)}>
      ${fields(code, setParts)}
      <label>${t("reason")}<input name="reason" placeholder=${t("reason-hint")} /></label>
      ${preview && html`<${Preview} preview=${preview} />`}
      ${error && html`<p class="error" role="alert">${error}</p>`}
      <div class="buttons"><button type="button" onClick=${close}>${t("cancel")}</button><button class="main" disabled=${saving}>${t("do-it")}</button></div>
    </form>
  <//>`;
}

// What an action would do, asked anew when something of it changed; an older answer never replaces a newer one.
function usePreview(asked, again) {
  const [preview, setPreview] = useState(null);
  const [error, setError] = useState("");
  useEffect(() => {
    let wanted = true;
    const timer = setTimeout(async () => {
      const question = asked();
      try {
        const answer = question ? await send("/api/preview", question) : null;
        if (!wanted) return;
        setPreview(answer);
        setError("");
      } catch (problem) {
        if (!wanted) return;
        setPreview(null);
        setError(problem.message);
      }
    }, PAUSE);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, again);
  return [preview, error, setError];
}

function Preview({ preview }) {
  return html`<section class="preview" aria-label=${t("preview")}><h3>${t("preview")}</h3>
    <p>${Object.entries(preview.touches).map(([what, n]) => `${t(what)}: ${n.toLocaleString(language)}`).join(" · ")}</p>
    ${preview.codes.length > 0 && html`<table><thead><tr><th>${t("code")}</th><th>${t("before")}</th><th>${t("after")}</th></tr></thead>
      <tbody>${preview.codes.map((code) => html`<tr><th><${CodeName} code=${code.id} name=${code.name} /></th><td>${code.before}</td><td>${code.after}</td></tr>`)}</tbody></table>`}
    ${preview.undecided > 0 && html`<p>${t("undecided-n", { n: preview.undecided })}</p>`}
  </section>`;
}
