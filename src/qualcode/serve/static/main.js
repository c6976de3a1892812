// The page begins here: it reads the project, opens a document, and ties keys, text and panels together.

import { html, render } from "./preact-htm.js";
import { Refused } from "./api.js";
import { App } from "./app.js";
import { makeCommands } from "./commands.js";
import { Cursor } from "./cursor.js";
import { actionOf, strokeOf } from "./keys.js";
import { listenToServer, tellWhere } from "./live.js";
import { applyLook } from "./look.js";
import { placed, readDocument, readProject, takeIn } from "./model.js";
import { takeUp, whenDone } from "./queue.js";
import { readRecent } from "./recent.js";
import { documentOf, listen, set, state } from "./store.js";
import { TextView } from "./text.js";
import { readLanguage, t } from "./words.js";

const shell = document.getElementById("shell");
const host = document.getElementById("text");
const text = new TextView(host);
const cursor = new Cursor(text, { moved: (how) => commands.moved(how) });
const commands = makeCommands({ text, cursor, open, reread });

text.painted = () => state.selection && cursor.draw();

let wanted = null; // the document that was asked for last

/** Open a document: its text, its codings, and where somebody was in it. */
async function open(id, { place = null } = {}) {
  wanted = id;
  const doc = await readDocument(id);
  if (wanted !== id) return; // somebody went on to another one meanwhile
  set({ doc, codings: new Map(doc.codings.map((coding) => [coding.id, coding])), focus: null, selection: null });
  for (const item of state.waiting) drawWaiting(item);
  host.setAttribute("aria-label", doc.name);
  document.title = `${doc.name} – ${state.project.name}`;
  cursor.reset();
  const shown = text.show(doc, [...state.codings.values()]);
  history.replaceState(null, "", `#${encodeURIComponent(id)}`);
  scrollTo({ top: 0, behavior: "instant" });
  performance.mark("document-shown");
  await shown;
  if (place) commands.goTo(place);
  tellWhere(id);
}

/** Read everything again, where this page stands. */
async function reread() {
  await readProject();
  const id = state.doc?.id;
  if (!id) return;
  const fresh = await readDocument(id);
  if (state.doc.id !== id || wanted !== id) return; // another document was opened meanwhile, and read anew
  if (fresh.version !== state.doc.version) return open(fresh.id, { place: state.selection });
  text.remove([...state.codings.values()]);
  state.codings.clear();
  for (const coding of fresh.codings) state.codings.set(coding.id, coding);
  for (const item of state.waiting) drawWaiting(item);
  text.add([...state.codings.values()]);
  set({ codings: state.codings });
}

// A coding is drawn as soon as it is made, and looks provisional until the server has it on the disk.
function drawWaiting(item) {
  if (!item.show?.code || item.show.document !== state.doc?.id || state.codings.has(item.id)) return null;
  const { document, start, end, code } = item.show;
  const coding = placed({ id: item.id, document, start, end, code, coder: item.coder, memo: null, weight: null, stale: false, waiting: true }, state.doc);
  state.codings.set(coding.id, coding);
  return coding;
}

let rereading = 0;
function rereadSoon(read = readProject) {
  clearTimeout(rereading);
  rereading = setTimeout(async () => {
    try {
      await read();
      // Places are those of one version of the text: with another, also that of an undo, all is read again.
      if (state.doc && documentOf(state.doc.id)?.version !== state.doc.version) await reread();
      text.paint(text.near); // colours and names may be new
    } catch {
      // Without a server, the next connection reads everything again.
    }
  }, 150);
}

function takeChange(change, { own = false } = {}) {
  const drawn = takeIn(change);
  if (drawn.again) return rereadSoon(reread);
  if (drawn.removed.length) text.remove(drawn.removed);
  if (drawn.added.length) text.add(drawn.added);
  // The coding that the keys are about may have become another one.
  if (drawn.removed.some((each) => each.id === state.focus)) commands.moved("again");
  const elsewhere = Object.keys(change.documents ?? {}).some((id) => id !== state.doc?.id);
  if (change.project || elsewhere) rereadSoon();
  // One sees what one does; only what an undo took back may be elsewhere. What others do is told.
  const undone = own && ["undo", "redo"].includes(change.action);
  if (undone || change.who !== state.project.me) commands.note(change.told);
}

whenDone((change, item, result) => {
  const shown = state.codings.get(item.id);
  if (shown) {
    state.codings.delete(item.id);
    text.remove([shown]);
    if (state.focus === item.id) set({ focus: result?.coding?.id ?? null });
  }
  if (change) takeChange(change, { own: true });
});

commands.drawNow = (item) => {
  const coding = drawWaiting(item);
  if (coding) text.add([coding]);
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (state.dialog) {
    if (state.dialog.kind === "palette" && event.key === "Escape") set({ dialog: null });
    return;
  }
  const field = event.target.closest("input, textarea, select, [contenteditable]");
  if (field) {
    if (event.key === "Escape") commands.text();
    return;
  }
  const inText = host.contains(event.target) || event.target === document.body;
  const action = actionOf(strokeOf(event), inText);
  if (!action || !commands[action]) return;
  event.preventDefault();
  commands[action]();
});

host.addEventListener("click", (event) => {
  const lane = event.target.closest(".margin [class], .margin b");
  if (lane?.codings) commands.look(lane.codings[0]);
});

/** The document that the address names. */
function named() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return ""; // somebody typed a "%" that stands for nothing
  }
}

// An address of another document that somebody opens in this page, by a link or from the history.
addEventListener("hashchange", () => {
  const id = named();
  if (id !== state.doc?.id && documentOf(id)) open(id);
});

addEventListener("beforeprint", () => text.paintAll());

async function start() {
  applyLook();
  await readLanguage();
  const project = await readProject();
  readRecent();
  listen(() => render(html`<${App} commands=${commands} />`, shell));
  const first = documentOf(named()) ?? project.documents.find((each) => !each.mine) ?? project.documents[0];
  if (first) await open(first.id);
  else set({ panel: "documents" });
  if (!project.me) set({ dialog: { kind: "coder" } });
  takeUp();
  commands.listenAgain = listenToServer({ change: takeChange, reload: () => reread().catch(() => {}) });
  host.focus({ preventScroll: true });
}

start().catch((error) => {
  // Without a project there is no page to show an error on.
  shell.textContent = error instanceof Refused ? error.message : t("no-server");
});
