// All keys on one page; each can be changed. And how the page looks.

import { html, useLayoutEffect, useState } from "./preact-htm.js";
import { GROUPS, anyOwn, keysOf, resetKeys, setKey, strokeOf, written } from "./keys.js";
import { Dialog } from "./parts.js";
import { readLook, setLook } from "./look.js";
import { set } from "./store.js";
import { LANGUAGES, language, setLanguage, t } from "./words.js";

export function HelpDialog() {
  const [asked, setAsked] = useState(null);
  const [told, setTold] = useState("");
  const [, again] = useState(0);
  const close = () => set({ dialog: null });
  const onKey = (event) => {
    const stroke = strokeOf(event);
    if (!stroke) return;
    event.preventDefault();
    event.stopPropagation();
    if (stroke !== "Escape") {
      const loser = setKey(asked, stroke);
      setTold(loser ? t("key-taken", { key: written(stroke), action: t(`do.${loser}`) }) : "");
    }
    setAsked(null);
  };
  // Before anything else hears of the key, wherever the focus is; at once, for it may follow in a moment.
  useLayoutEffect(() => {
    if (!asked) return;
    addEventListener("keydown", onKey, { capture: true });
    return () => removeEventListener("keydown", onKey, { capture: true });
  }, [asked]);
  return html`<${Dialog} title=${t("keys")} close=${close} wide>
    <div class="help">
      <p class="hint">${t("keys-hint")}</p>
      <p class="hint" role="status">${asked ? t("press-key", { action: t(`do.${asked}`) }) : told}</p>
      <div class="groups">${GROUPS.map((group) => html`<section key=${group.name}><h3>${t(group.name)}</h3><dl>
        ${Object.keys(group.actions).map((action) => html`<div key=${action}><dt>${t(`do.${action}`)}</dt>
          <dd>${asked === action ? html`<em>…</em>` : keysOf(action).map((key) => html`<kbd>${written(key)}</kbd> `)}
            <button type="button" class="link" aria-label=${t("change-key", { action: t(`do.${action}`) })} onClick=${() => setAsked(action)}>${t("change")}</button></dd></div>`)}
      </dl></section>`)}</div>
      ${anyOwn() && html`<button type="button" onClick=${() => (resetKeys(), again((n) => n + 1))}>${t("reset-keys")}</button>`}
      <${Looks} />
    </div>
  <//>`;
}

function Looks() {
  const [look, show] = useState(readLook());
  const choose = (name, value) => show(setLook({ ...look, [name]: value }));
  return html`<section class="looks"><h3>${t("looks")}</h3>
    <label>${t("theme")}<select value=${look.theme} onChange=${(event) => choose("theme", event.target.value)}>
      ${["system", "light", "dark"].map((each) => html`<option value=${each}>${t(`theme-${each}`)}</option>`)}</select></label>
    <label>${t("size")}<select value=${look.size} onChange=${(event) => choose("size", event.target.value)}>
      ${["s", "m", "l", "xl"].map((each) => html`<option value=${each}>${t(`size-${each}`)}</option>`)}</select></label>
    <label>${t("language")}<select value=${language} onChange=${(event) => setLanguage(event.target.value)}>
      ${Object.entries(LANGUAGES).map(([id, name]) => html`<option value=${id}>${name}</option>`)}</select></label>
  </section>`;
}
