// Small parts that every panel uses.

import { html, useEffect, useLayoutEffect, useRef, useState } from "./preact-htm.js";
import { ask } from "./api.js";
import { colourOf } from "./colours.js";
import { Icon } from "./icons.js";
import { keysOf, written } from "./keys.js";
import { nameOfCode, state } from "./store.js";
import { t } from "./words.js";

/** A name with the first key of an action, where it has one. */
export function withKey(name, action) {
  const key = keysOf(action)[0];
  return key ? `${name} (${written(key)})` : name;
}

/** A button with an icon. Its name is read aloud and shown on hover, with its key. */
export function IconButton({ icon, name, action, ...rest }) {
  return html`<button type="button" class="tool" title=${withKey(name, action)} aria-label=${name} ...${rest}><${Icon} name=${icon} /></button>`;
}

/** The name of a code with its colour. */
export const CodeName = ({ code, name }) =>
  html`<span class="code-name"><i class="dot" style=${{ "--colour": colourOf(code) }}></i>${name ?? nameOfCode(code)}</span>`;

/** Keys, as on a keyboard. */
export const Keys = ({ action }) => html`${keysOf(action).map((key, at) => html`${at > 0 && " "}<kbd>${written(key)}</kbd>`)}`;

/** A window over the page: it takes the focus, keeps it, and gives it back. */
export function Dialog({ title, close, wide = false, children }) {
  const element = useRef();
  useLayoutEffect(() => {
    const before = document.activeElement;
    const window = element.current;
    window.showModal();
    window.querySelector("[autofocus]")?.focus();
    return () => {
      window.close(); // what is behind an open one takes no focus
      if (before?.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  const outside = (event) => event.target === element.current && close();
  return html`<dialog ref=${element} class=${wide ? "wide" : ""} aria-label=${title} onCancel=${(event) => (event.preventDefault(), close())} onMouseDown=${outside}>
    <header><h2>${title}</h2><${IconButton} icon="close" name=${t("close")} onClick=${close} /></header>
    ${children}
  </dialog>`;
}

/** A list of which only the part in sight exists, for lists of thousands. All rows are `height` high. */
export function LongList({ items, height, row, label, at = -1 }) {
  const element = useRef();
  const [top, setTop] = useState(0);
  const [room, setRoom] = useState(600);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setRoom(entry.contentRect.height));
    watch.observe(element.current);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const list = element.current;
    if (at < 0) return;
    if (at * height < list.scrollTop || (at + 1) * height > list.scrollTop + list.clientHeight) list.scrollTop = (at - 2) * height;
  }, [at, items]);
  // Arrows go from row to row; Tab goes through what can be done with each.
  const onKey = (event) => {
    const beside = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    const button = beside && event.target.closest("li")?.[beside]?.querySelector("button");
    if (!button) return;
    button.focus();
    event.preventDefault();
  };
  const first = Math.max(0, Math.floor(top / height) - 6);
  const last = Math.min(items.length, Math.ceil((top + room) / height) + 6);
  return html`<div class="long-list" ref=${element} onScroll=${() => setTop(element.current.scrollTop)} onKeyDown=${onKey} tabindex="-1">
    <ul aria-label=${label} style=${{ height: `${items.length * height}px` }}>
      ${items.slice(first, last).map(
        (item, n) => html`<li key=${item.id} aria-setsize=${items.length} aria-posinset=${first + n + 1} style=${{ top: `${(first + n) * height}px`, height: `${height}px` }}>
          ${row(item)}
        </li>`,
      )}
    </ul>
  </div>`;
}

/** Load something when a panel opens and when `again` changes; says so while it lasts and when it fails. */
export function useLoaded(load, again = []) {
  const [found, setFound] = useState({ loading: true });
  useEffect(() => {
    let wanted = true;
    load().then(
      (value) => wanted && setFound({ value }),
      (error) => wanted && setFound({ error: error.message }),
    );
    return () => (wanted = false);
  }, again);
  return found;
}

/** The codings of a code over all documents, as far as they were asked for, how many there are, and what asks for more. */
export function useCodings(code, again = []) {
  const [pages, setPages] = useState(1);
  const load = async () => {
    const found = [await ask("/api/codings", { code })];
    const size = found[0].codings.length;
    for (let at = 1; at < pages; at += 1) found.push(await ask("/api/codings", { code, from: at * size }));
    return { total: found[0].total, codings: found.flatMap((each) => each.codings) };
  };
  return [useLoaded(load, [code, pages, ...again]), () => setPages(pages + 1)];
}

/** A button for what is not shown yet of a list. */
export const More = ({ shown, total, more }) =>
  total > shown && html`<p class="hint">${t("n-of", { n: shown, all: total })} <button type="button" class="link" onClick=${more}>${t("show-more")}</button></p>`;

const QUIET = 800;

/** The place in the log once nothing was done for a moment: what is counted of everything follows it, and not each of many codings. */
export function useSettledPlace() {
  const [settled, setSettled] = useState(state.place);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(state.place), QUIET);
    return () => clearTimeout(timer);
  }, [state.place]);
  return settled;
}

export const Loading = ({ found }) => html`<p class="hint" role="status">${found.error ?? t("loading")}</p>`;

/** A text cut in its middle, where it is longer than a line or two. */
export const short = (text, most = 120) => (text.length <= most ? text : `${text.slice(0, most * 0.7).trimEnd()} … ${text.slice(-most * 0.25).trimStart()}`);
