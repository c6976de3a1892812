// The page around the text: the bar above, the rail with the panels, the open panel, and what lies over the page.

import { html } from "./preact-htm.js";
import { CodebookPanel } from "./codebook.js";
import { CodingsPanel } from "./codings.js";
import { Changes } from "./changes.js";
import { CorrectDialog } from "./correct.js";
import { DocumentsPanel } from "./documents.js";
import { FiguresPanel } from "./figures.js";
import { HelpDialog } from "./help.js";
import { HistoryPanel } from "./history.js";
import { MemoDialog } from "./memo.js";
import { Palette } from "./palette.js";
import { Dialog, IconButton, withKey } from "./parts.js";
import { SearchPanel } from "./search.js";
import { SuggestPanel } from "./suggest.js";
import { WorkPanel } from "./worklist.js";
import { Icon } from "./icons.js";
import { again, dismiss } from "./queue.js";
import { documentOf, initials, nameOfCoder, set, state } from "./store.js";
import { colourOf } from "./colours.js";
import { recentCodes } from "./recent.js";
import { t, tell } from "./words.js";

/** The panels by name, in the order of the rail. */
export const PANELS = {
  documents: DocumentsPanel, codes: CodebookPanel, codings: CodingsPanel, suggestions: SuggestPanel,
  search: SearchPanel, work: WorkPanel, history: HistoryPanel, figures: FiguresPanel,
};
const DIALOGS = { palette: Palette, help: HelpDialog, memo: MemoDialog, change: Changes, correct: CorrectDialog, coder: CoderDialog };

/** Open a panel, or close it when it is open. */
export const toggle = (panel) => set({ panel: state.panel === panel ? null : panel });

export function App({ commands }) {
  const Panel = PANELS[state.panel];
  const Over = state.dialog && DIALOGS[state.dialog.kind];
  document.body.classList.toggle("with-panel", Boolean(Panel));
  return html`<${Bar} commands=${commands} /><${Rail} />
    <aside id="panel" tabindex="-1" class=${Panel ? "panel" : "panel closed"} aria-label=${state.panel ? t(state.panel) : t("panel")}>
      ${Panel && html`<header><h2>${t(state.panel)}</h2><${IconButton} icon="close" name=${t("close")} onClick=${() => (set({ panel: null }), commands.text())} /></header>
        <${Panel} key=${state.panel} commands=${commands} />`}
    </aside>
    <${QuickBar} commands=${commands} />
    ${Over && html`<${Over} key=${state.dialog.key ?? state.dialog.kind} dialog=${state.dialog} commands=${commands} />`}
    <${Notes} />`;
}

function Bar({ commands }) {
  const { project, doc } = state;
  const entry = doc && documentOf(doc.id);
  return html`<header class="bar">
    <button type="button" class="title" aria-expanded=${state.panel === "documents"} onClick=${() => toggle("documents")} title=${withKey(t("documents"), "documents")}>
      <span class="project">${project.name}</span>
      <h1 class="document">${doc ? doc.name : t("no-document")}</h1>
    </button>
    ${entry && html`<p class="progress">${t("codings-n", { n: entry.codings })}${!project.blind && entry.own !== entry.codings && html`, ${t("own-n", { n: entry.own })}`}</p>`}
    ${entry && html`<button type="button" class=${entry.mine ? "finish done" : "finish"} aria-pressed=${entry.mine} onClick=${commands.finish} title=${withKey(t("finish-hint"), "finish")}>
      <${Icon} name="check" /><span>${entry.mine ? t("finished") : t("finish")}</span></button>`}
    <span class="grow"></span>
    <${Connection} />
    <${People} />
    <${IconButton} icon="undo" name=${state.undo ? t("undo-what", { what: tell(state.undo) }) : t("undo")} action="undo" disabled=${!state.undo} onClick=${commands.undo} />
    <${IconButton} icon="redo" name=${state.redo ? t("redo-what", { what: tell(state.redo) }) : t("redo")} action="redo" disabled=${!state.redo} onClick=${commands.redo} />
    <${IconButton} icon="help" name=${t("help")} action="help" onClick=${commands.help} />
  </header>`;
}

function Connection() {
  const { connection, waiting } = state;
  if (connection === "closed") return html`<p class="status off" role="status">${t("closed")}</p>`;
  if (state.trouble) return html`<p class="status off" role="status">${state.trouble}</p>`;
  if (connection === "off") return html`<p class="status off" role="status">${t("off", { n: waiting.length })}</p>`;
  // What is on its way for less than a moment is not worth a flicker.
  const late = waiting.filter((item) => Date.now() - item.at > 1500);
  return late.length ? html`<p class="status" role="status">${t("waiting-n", { n: late.length })}</p>` : null;
}

function People() {
  const { project, here } = state;
  const others = [...new Map(here.filter((each) => each.coder && each.coder !== project.me).map((each) => [each.coder, each])).values()];
  return html`<ul class="people" aria-label=${t("here")}>
    ${others.map((each) => {
      const told = each.document ? t("reads", { coder: nameOfCoder(each.coder), document: documentOf(each.document)?.name ?? each.document }) : nameOfCoder(each.coder);
      return html`<li key=${each.coder} title=${told}><span aria-hidden="true">${initials(nameOfCoder(each.coder))}</span><span class="aloud">${told}</span></li>`;
    })}
    <li class="me"><button type="button" disabled=${project.fixed} title=${t("you-are", { coder: nameOfCoder(project.me) })} onClick=${() => set({ dialog: { kind: "coder" } })}>
      <span aria-hidden="true">${initials(nameOfCoder(project.me))}</span><span class="aloud">${t("you-are", { coder: nameOfCoder(project.me) })}</span></button></li>
  </ul>`;
}

function Rail() {
  return html`<nav class="rail" aria-label=${t("panels")}>
    ${Object.keys(PANELS).map(
      (name) => html`<button type="button" key=${name} aria-pressed=${state.panel === name} title=${withKey(t(name), name)} onClick=${() => toggle(name)}>
        <${Icon} name=${name} /><span>${t(name)}</span></button>`,
    )}
  </nav>`;
}

// After a selection with a finger: the recent codes, big enough to hit, and the palette.
function QuickBar({ commands }) {
  if (!state.selection || state.selectedBy !== "touch" || state.dialog) return null;
  return html`<div class="quick" role="toolbar" aria-label=${t("code-selection")}>
    <button type="button" class="main" onClick=${commands.code}>${t("code")}</button>
    ${recentCodes().map((code) => html`<button type="button" key=${code.id} onClick=${() => commands.assign(code.id)}><i class="dot" style=${{ "--colour": colourOf(code.id) }}></i>${code.name}</button>`)}
    <${IconButton} icon="close" name=${t("close")} onClick=${commands.clear} />
  </div>`;
}

function Notes() {
  return html`<div class="notes" role="status" aria-live="polite">
    ${state.notes.map((note) => html`<p key=${note.id}>${note.told}</p>`)}
    ${state.refused.map(
      (item) => html`<div key=${item.id} class="refused"><p>${item.refused}</p>
        ${item.show && html`<p class="hint">${item.show.told}</p>`}
        <div class="buttons"><button type="button" onClick=${() => again(item)}>${t("try-again")}</button><button type="button" onClick=${() => dismiss(item)}>${t("dismiss")}</button></div></div>`,
    )}
  </div>`;
}

/** Who am I? Asked once, where the server was not told. */
function CoderDialog({ commands }) {
  const people = state.project.coders.filter((coder) => coder.kind === "person");
  const close = () => state.project.me && set({ dialog: null });
  const choose = (event) => {
    event.preventDefault();
    const name = new FormData(event.target).get("coder").trim();
    if (name) commands.be(name);
  };
  return html`<${Dialog} title=${t("who-are-you")} close=${close}>
    <ul class="choices">${people.map((coder) => html`<li><button type="button" onClick=${() => commands.be(coder.id)}>${coder.name}</button></li>`)}</ul>
    <form class="in-line" onSubmit=${choose}><label>${t("somebody-new")}<input name="coder" autofocus autocomplete="off" /></label><button class="main">${t("start")}</button></form>
  <//>`;
}
