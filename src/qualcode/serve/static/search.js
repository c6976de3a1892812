// Search over all documents, and one code for many passages at once.

import { html, useEffect, useState } from "./preact-htm.js";
import { ask } from "./api.js";
import { CodeName, Loading, More, short, useCodings, useSettledPlace } from "./parts.js";
import { act } from "./queue.js";
import { used } from "./recent.js";
import { documentOf, set, state } from "./store.js";
import { t } from "./words.js";

const keyOf = (hit) => `${hit.document}:${hit.start}:${hit.end}`;

export function SearchPanel({ commands }) {
  const [typed, setTyped] = useState(state.searched?.q ?? "");
  const [regex, setRegex] = useState(state.searched?.how === "regex");
  const [code, setCode] = useState(state.listed);
  const [found, setFound] = useState(null);
  const [error, setError] = useState("");
  const [left, setLeft] = useState(new Set());

  // A search starts when somebody stops typing; an older answer never replaces a newer one.
  useEffect(() => {
    if (!typed.trim()) return void setFound(null);
    let wanted = true;
    const timer = setTimeout(async () => {
      const searched = { q: typed, how: regex ? "regex" : "words" };
      try {
        const answer = await ask("/api/search", searched);
        if (!wanted) return;
        setFound(answer);
        setError("");
        // Asked again because somebody changed something: what was left out stays so.
        if (searched.q !== state.searched?.q || searched.how !== state.searched?.how) setLeft(new Set());
        set({ searched });
      } catch (problem) {
        if (wanted) setError(problem.message);
      }
    }, 250);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [typed, regex, state.project]);
  useEffect(() => setCode(state.listed), [state.listed]);

  if (code) return html`<${Passages} code=${code} commands=${commands} close=${() => set({ listed: null })} />`;
  const taken = (found?.hits ?? []).filter((hit) => !left.has(keyOf(hit)));
  const flip = (hit) => {
    const next = new Set(left);
    if (!next.delete(keyOf(hit))) next.add(keyOf(hit));
    setLeft(next);
  };
  const assignAll = () =>
    commands.choose(t("code-n-passages", { n: taken.length }), (id) => {
      act("assign-many", { code: id, passages: taken.map(({ document, start, end, quote }) => ({ document, start, end, quote })) });
      used(id);
    });
  return html`<div class="head">
      <input type="search" aria-label=${t("search")} placeholder=${t("search-all")} value=${typed} autofocus onInput=${(event) => setTyped(event.target.value)} />
      <label class="check"><input type="checkbox" checked=${regex} onChange=${(event) => setRegex(event.target.checked)} /> ${t("regex")}</label>
      ${error && html`<p class="error" role="alert">${error}</p>`}
      ${found && html`<p class="hint" role="status">${t("hits-n", { n: found.total })}${found.total > found.hits.length && ` ${t("first-n", { n: found.hits.length })}`}</p>`}
      ${taken.length > 0 && html`<button type="button" class="main" onClick=${assignAll}>${t("code-n-passages", { n: taken.length })}</button>`}
    </div>
    <ul class="list hits">
      ${(found?.hits ?? []).map((hit, at, all) => html`
        ${hit.document !== all[at - 1]?.document && html`<li class="group" key=${hit.document}>${documentOf(hit.document)?.name ?? hit.document}</li>`}
        <li key=${keyOf(hit)} class="hit"><input type="checkbox" aria-label=${hit.quote} checked=${!left.has(keyOf(hit))} onChange=${() => flip(hit)} />
          <button type="button" class="go" onClick=${() => commands.openAt(hit)}>
            <span>${hit.before}<strong>${hit.quote}</strong>${hit.after}</span>
            ${hit.codes.length > 0 && html`<small>${hit.codes.map((id) => html`<${CodeName} code=${id} /> `)}</small>`}</button></li>`)}
    </ul>`;
}

/** All passages of a code, over all documents. */
function Passages({ code, commands, close }) {
  const [found, more] = useCodings(code, [useSettledPlace()]);
  return html`<div class="head"><h3><${CodeName} code=${code} /></h3><button type="button" class="link" onClick=${close}>${t("back-to-search")}</button></div>
    ${found.value ? html`<ul class="list hits">${found.value.codings.map(({ document, quote, coding }) => html`<li key=${document + coding.id} class="hit"><button type="button" class="go" onClick=${() => commands.openAt({ document, ...coding })}>
      <small>${documentOf(document)?.name ?? document}</small><q>${short(quote, 180)}</q></button></li>`)}</ul>
      <${More} shown=${found.value.codings.length} total=${found.value.total} more=${more} />
      ${found.value.codings.length === 0 && html`<p class="hint">${t("no-codings")}</p>`}` : html`<${Loading} found=${found} />`}`;
}
