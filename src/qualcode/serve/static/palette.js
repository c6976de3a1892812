// The palette: type to find a code, Enter applies it, or makes it where there is none.

import { html, useEffect, useLayoutEffect, useRef, useState } from "./preact-htm.js";
import { CodeFields, codeArguments } from "./codefields.js";
import { colourOf } from "./colours.js";
import { IconButton, short } from "./parts.js";
import { findCodes } from "./rank.js";
import { recentCodes } from "./recent.js";
import { codeOf, set, state } from "./store.js";
import { t } from "./words.js";

const SHOWN = 60;

/** `dialog` is {title, quote, near (a box of the window), pick(code, more), make(name, details) or null, inVivo() or null}. */
export function Palette({ dialog }) {
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(null);
  const [form, setForm] = useState(null);
  const [done, setDone] = useState([]);
  const element = useRef();
  const input = useRef();
  const close = () => set({ dialog: null });

  const recent = recentCodes().map((code) => code.id);
  const { fitting, alike, exact, recent: late } = findCodes(state.project.codes, typed, recent);
  const options = dialog.only && !typed ? [...dialog.only.map((id) => ({ code: codeOf(id), alike: true })), { make: dialog.quote }] : [
    ...fitting.slice(0, SHOWN).map((code, at) => ({ code, digit: at < late ? at + 1 : null })),
    ...alike.slice(0, 4).map((code) => ({ code, alike: true })),
    ...(dialog.make && typed.trim() && !exact ? [{ make: typed.trim() }] : []),
    ...(dialog.inVivo && !typed.trim() ? [{ inVivo: true }] : []),
  ];
  // A code that is only much like what was typed is shown first, but Enter makes what was typed.
  const first = fitting.length || !typed.trim() ? 0 : options.findIndex((each) => each.make);
  const at = Math.min(chosen ?? Math.max(first, 0), options.length - 1);

  useLayoutEffect(() => {
    const before = document.activeElement;
    place(element.current, dialog.near);
    return () => before?.isConnected && before.focus({ preventScroll: true });
  }, []);
  // At once, not after the next frame: somebody may be typing already.
  useLayoutEffect(() => input.current?.focus({ preventScroll: true }), [form]);
  useEffect(() => element.current.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }), [at, typed]);

  const take = (option, { stay = false } = {}) => {
    if (!option) return;
    if (stay && option.code) {
      dialog.pick(option.code.id);
      setDone([...done, option.code.name]);
      setTyped("");
      setChosen(null);
      return;
    }
    close();
    if (option.code) dialog.pick(option.code.id);
    else if (option.inVivo) dialog.inVivo();
    else dialog.make(option.make, {});
  };
  const onKey = (event) => {
    if (event.isComposing) return;
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.altKey && dialog.make) setForm({ name: typed.trim() });
    else if (event.key === "Enter") take(options[at], { stay: event.shiftKey });
    else if (moves[event.key]) setChosen(Math.max(0, Math.min(options.length - 1, at + moves[event.key])));
    else if (/^[1-9]$/.test(event.key) && !typed && options[event.key - 1]?.digit) take(options[event.key - 1]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onCopy = (event) => {
    // With nothing selected in the field, Ctrl+C means the passage, as it would without the palette.
    if (input.current.selectionStart !== input.current.selectionEnd || !dialog.quote) return;
    event.clipboardData.setData("text/plain", dialog.quote);
    event.preventDefault();
  };
  const leave = (event) => {
    if (!element.current.contains(event.relatedTarget) && event.relatedTarget) close();
  };

  if (form) return html`<div class="palette form" ref=${element} role="dialog" aria-label=${t("new-code")}><${NewCode} form=${form} dialog=${dialog} close=${close} back=${() => setForm(null)} /></div>`;
  return html`<div class="palette" ref=${element} role="dialog" aria-label=${dialog.title} onFocusOut=${leave}>
    ${dialog.quote && html`<blockquote>${short(dialog.quote, 110)}</blockquote>`}
    ${dialog.only && html`<p class="hint">${dialog.title}</p>`}
    <div class="field">
      <input ref=${input} role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list" aria-activedescendant=${`option-${at}`}
        aria-label=${dialog.title} placeholder=${dialog.make ? t("palette-make") : t("palette-find")} autocomplete="off" spellcheck=${false} value=${typed}
        onInput=${(event) => (setTyped(event.target.value), setChosen(null))} onKeyDown=${onKey} onCopy=${onCopy} />
      <${IconButton} icon="close" name=${t("close")} onClick=${close} />
    </div>
    ${done.length > 0 && html`<p class="hint" role="status">${t("applied", { codes: done.join(", ") })}</p>`}
    <ul id="palette-list" role="listbox" aria-label=${t("codes")}>
      ${options.map((option, n) => html`<${Option} key=${option.code?.id ?? option.make ?? "in-vivo"} option=${option} n=${n} chosen=${n === at} quote=${dialog.quote} take=${() => take(option)} over=${() => setChosen(n)} />`)}
    </ul>
    <${Criteria} code=${options[at]?.code} />
    <footer>
      <span class="only-keys"><kbd>Enter</kbd> ${options[at]?.make ? t("make") : t("apply")}</span>
      <span class="only-keys"><kbd>Shift Enter</kbd> ${t("apply-more")}</span>
      ${dialog.make && html`<button type="button" class="link" onClick=${() => setForm({ name: typed.trim() })}>${t("with-definition")} <kbd class="only-keys">Alt Enter</kbd></button>`}
    </footer>
  </div>`;
}

function Option({ option, n, chosen, quote, take, over }) {
  const { code } = option;
  const above = code && code.path.join(" › ");
  return html`<li id=${`option-${n}`} role="option" aria-selected=${chosen} class=${option.make || option.inVivo ? "make" : ""}
    onPointerMove=${over} onMouseDown=${(event) => event.preventDefault()} onClick=${take}>
    ${code && html`<i class="dot" style=${{ "--colour": colourOf(code.id) }}></i><span class="name">${code.name}${above && html` <small>${above}</small>`}</span>`}
    ${code && html`<small class="count">${option.alike ? t("alike") : code.count || ""}</small>`}
    ${option.digit && html`<kbd>${option.digit}</kbd>`}
    ${option.make && html`<span class="name">${t("make-code", { name: option.make })}</span>`}
    ${option.inVivo && html`<span class="name">${t("in-vivo")} <small>“${short(quote ?? "", 48)}”</small></span>`}
  </li>`;
}

const WHAT_FOR = ["include", "exclude"];
const ALL_CRITERIA = [...WHAT_FOR, "examples", "counterexamples", "keywords"];

/** What a code is for and what it is not for; with `all` also its examples and keywords. */
export function Criteria({ code, all = false }) {
  const lists = code ? (all ? ALL_CRITERIA : WHAT_FOR).filter((field) => code[field].length) : [];
  const closed = all && code?.codable === false;
  if (!code?.definition && !lists.length && !closed) return null;
  return html`<dl class="criteria" tabindex="0">
    ${code.definition && html`<dd class="definition">${code.definition}</dd>`}
    ${lists.map((field) => html`<dt>${t(field)}</dt>${field === "keywords" ? html`<dd>${code.keywords.join(", ")}</dd>` : code[field].map((line) => html`<dd>${line}</dd>`)}`)}
    ${closed && html`<dd class="hint">${t("not-codable")}</dd>`}
  </dl>`;
}

function NewCode({ form, dialog, close, back }) {
  const submit = (event) => {
    event.preventDefault();
    const fields = new FormData(event.target);
    const said = (name) => fields.get(name)?.trim() || undefined;
    close();
    dialog.make(said("name"), { ...codeArguments(event.target), reason: said("reason"), memo: said("memo") });
  };
  const onKey = (event) => {
    if (event.key === "Escape") back();
    else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return html`<form onSubmit=${submit} onKeyDown=${onKey}>
    <h2>${t("new-code")}</h2>
    ${dialog.quote && html`<blockquote>${short(dialog.quote, 110)}</blockquote>`}
    <${CodeFields} name=${form.name} applied />
    <label>${t("reason")}<input name="reason" placeholder=${t("reason-hint")} /></label>
    ${dialog.quote && html`<label>${t("memo")}<textarea name="memo" rows="2"></textarea></label>`}
    <div class="buttons"><button type="button" onClick=${back}>${t("back")}</button><button class="main">${t("make-apply")}</button></div>
  </form>`;
}

// Below the passage where there is room, above it where there is none; the style sheet makes a sheet of it on a phone.
function place(element, near) {
  if (!near || innerWidth < 700) return;
  const [width, height] = [416, 496];
  element.style.setProperty("left", `${Math.max(12, Math.min(near.left, innerWidth - width - 12))}px`);
  const fits = near.bottom + 10 + height <= innerHeight;
  if (fits || near.top < height) element.style.setProperty("top", `${fits ? near.bottom + 10 : Math.max(12, innerHeight - height - 12)}px`);
  else element.style.setProperty("bottom", `${innerHeight - near.top + 10}px`);
}
