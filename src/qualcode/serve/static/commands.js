// Everything that a key or a button can do, by the name it has in the table of keys.

import { send } from "./api.js";
import { PANELS, toggle } from "./app.js";
import { toldOf } from "./codings.js";
import { passageOf, readProject, targetOf } from "./model.js";
import { short } from "./parts.js";
import { act, flush } from "./queue.js";
import { recentCodes, used } from "./recent.js";
import { say } from "./say.js";
import { codeOf, codingsInOrder, documentOf, nameOfCode, set, state } from "./store.js";
import { t } from "./words.js";

/** The commands, for a text, its cursor, and what opens a document and reads everything again. */
export function makeCommands({ text, cursor, open, reread }) {
  const commands = { open, reread, ...moves(cursor), ...panels(text, cursor) };
  Object.assign(commands, coding(text, cursor, commands), around(text, cursor, commands), going(text, cursor, commands));
  return commands;
}

function moves(cursor) {
  const found = {
    down: () => cursor.move("sentence", 1), up: () => cursor.move("sentence", -1),
    "extend-down": () => cursor.move("sentence", 1, true), "extend-up": () => cursor.move("sentence", -1, true),
    "paragraph-next": () => cursor.move("paragraph", 1), "paragraph-back": () => cursor.move("paragraph", -1),
    "extend-paragraph": () => cursor.move("paragraph", 1, true),
    start: () => cursor.jump(1), end: () => cursor.jump(-1),
    sentence: () => cursor.whole("sentence"), paragraph: () => cursor.whole("paragraph"),
  };
  for (const arrow of ["right", "left"]) {
    found[arrow] = () => cursor.move("word", cursor.towards(arrow));
    found[`extend-${arrow}`] = () => cursor.move("word", cursor.towards(arrow), true);
    found[`letter-${arrow}`] = () => cursor.move("grapheme", cursor.towards(arrow));
    found[`extend-letter-${arrow}`] = () => cursor.move("grapheme", cursor.towards(arrow), true);
  }
  return found;
}

function panels(text, cursor) {
  const found = Object.fromEntries(Object.keys(PANELS).map((name) => [name, () => showPanel(name)]));
  found.help = () => set({ dialog: { kind: "help" } });
  found.clear = () => {
    cursor.clear();
    getSelection().removeAllRanges();
  };
  // Escape is always the way back to the text; there it clears the selection.
  found.text = () => {
    if (document.activeElement === text.host) found.clear();
    else text.host.focus({ preventScroll: true });
  };
  return found;
}

function showPanel(name) {
  toggle(name);
  if (state.panel !== name) return;
  // As soon as it is drawn, which the change of a moment ago has queued: somebody may be typing already.
  queueMicrotask(() => {
    const panel = document.getElementById("panel");
    (panel.querySelector("input[type=search], [aria-current], .list button, .long-list button, .tabs button") ?? panel).focus();
  });
}

function coding(text, cursor, commands) {
  const boxOf = () => text.range(cursor.start, cursor.end).getBoundingClientRect();

  const drawn = (action, passage, more, code) => {
    const name = code ? nameOfCode(code) : (more.name ?? more.code);
    const show = { ...passage, code, told: `${name}: “${short(passage.quote, 80)}”` };
    const before = state.waiting.length;
    const reply = act(action, action === "add-code" ? { ...more, passage } : { ...passage, ...more }, { show });
    if (code) commands.drawNow(state.waiting[before]);
    say(t("coded", { code: name }));
    return reply;
  };

  const assign = (code, passage = selected()) => {
    if (!passage) return null;
    used(code);
    return drawn("assign", passage, { code }, code);
  };
  const make = async (name, details, passage) => {
    const { code } = await drawn("add-code", passage, { ...details, name }, null);
    used(code);
  };
  const inVivo = async (passage = selected(), always = false) => {
    if (!passage) return;
    try {
      const { code } = await act("in-vivo", { ...passage, new: always || undefined }, { quiet: true, show: { ...passage, told: t("in-vivo") } });
      used(code);
    } catch (error) {
      // The library found codes much like the words: they are shown first, and making another stays one key away.
      if (error.kind !== "SimilarCodes") return commands.note(error.message);
      // Somebody may have made one of them a moment ago.
      if (!error.codes.every(codeOf)) await readProject();
      commands.choose(t("similar-codes"), (code) => assign(code, passage), passage.quote, { only: error.codes, make: () => inVivo(passage, true) });
    }
  };

  const found = {
    assign: (code) => assign(code),
    code: () => {
      const passage = selected();
      if (!passage) return;
      set({ dialog: {
        kind: "palette", key: `palette-${passage.start}-${passage.end}`, title: t("code-selection"), quote: passage.quote, near: boxOf(),
        pick: (code) => assign(code, passage), make: (name, details) => make(name, details, passage).catch(() => {}), inVivo: () => inVivo(passage),
      } });
    },
    again: () => (state.lastCode ?? state.recent[0]) && assign(state.lastCode ?? state.recent[0]),
    "in-vivo": () => inVivo(),
  };
  for (let n = 1; n <= 9; n++) found[`recent-${n}`] = () => recentCodes()[n - 1] && assign(recentCodes()[n - 1].id);
  return found;
}

const selected = () => (state.selection ? passageOf(state.selection) : null);

/** What is done with a coding, and around it. */
function around(text, cursor, commands) {
  const focused = (coding) => coding ?? state.codings.get(state.focus);
  const own = (coding, then) => {
    const here = focused(coding);
    if (!here) commands.note(t("no-coding-here"));
    else if (here.waiting) commands.note(t("waiting"));
    else if (here.coder !== state.project.me) commands.note(t("not-yours"));
    else then(here);
  };
  // What is undone is what the button says, and not what another page of the same coder did since.
  const step = (action) => state[action] && act(action, { step: state[action].id }, { quiet: true }).catch((error) => commands.note(error.message));
  return {
    retract: (coding) => own(coding, (here) => act("retract", targetOf(here))),
    confirm: (coding) => own(coding, (here) => act("confirm", targetOf(here))),
    recode: (coding) => own(coding, (here) => commands.choose(t("recode"), (code) => (used(code), act("recode", { ...targetOf(here), code })), targetOf(here).quote)),
    // Of one's own coding at the cursor, or else of the words that are selected.
    memo: (coding) => {
      const here = focused(coding);
      if (state.selection && here?.coder !== state.project.me) commands.memoOnPassage();
      else own(coding, (mine) => set({ dialog: { kind: "memo", coding: mine } }));
    },
    memoOnPassage: () => set({ dialog: { kind: "memo", passage: selected() } }),
    weight: (coding) => own(coding, (here) => set({ dialog: { kind: "memo", coding: here } })),
    change: (action, args) => act(action, args),
    undo: () => step("undo"),
    redo: () => step("redo"),
    finish: () => state.doc && act(documentOf(state.doc.id).mine ? "unfinish" : "finish", { document: state.doc.id }),
    correct: () => {
      if (!state.doc) return;
      const { start, end } = state.selection ?? text.rows[Math.max(0, text.rowAt(cursor.start))];
      set({ dialog: { kind: "correct", start, end } });
    },
    choose: (title, pick, quote = null, more = {}) => {
      const near = state.selection && text.range(cursor.start, cursor.end).getBoundingClientRect();
      set({ dialog: { kind: "palette", key: title, title, quote, near, pick, ...more } });
    },
    accept: () => state.verdicts?.accept(),
    reject: () => state.verdicts?.reject(),
    skip: () => state.verdicts?.skip(),
  };
}

/** Going to places, and what is told on the way. */
function going(text, cursor, commands) {
  const focus = (coding) => {
    const before = state.codings.get(state.focus);
    set({ focus: coding?.id ?? null });
    const rows = new Set([before, coding].filter(Boolean).flatMap((each) => text.rowsOf(each)));
    text.paint(rows);
  };
  const look = (coding) => {
    cursor.select(coding.a, coding.z);
    focus(coding);
    text.reveal(coding.a);
    say(`${toldOf(coding)}. ${short(state.selection.quote, 160)}`);
  };
  const step = (by) => {
    const all = codingsInOrder();
    if (!all.length) return;
    const at = all.findIndex((each) => each.id === state.focus);
    const next = at >= 0 ? at + by : by > 0 ? all.findIndex((each) => each.a >= cursor.start) : all.findLastIndex((each) => each.a <= cursor.start);
    if (all[next]) look(all[next]);
  };
  const openAt = async ({ document, start, end }) => {
    if (document !== state.doc?.id) await commands.open(document);
    if (document !== state.doc?.id) return; // somebody went elsewhere meanwhile
    commands.goTo({ start: state.doc.offsets.toUnits(start), end: state.doc.offsets.toUnits(end) });
  };
  const document = (by) => {
    const { documents } = state.project;
    const next = documents[documents.findIndex((each) => each.id === state.doc?.id) + by];
    if (next) commands.open(next.id);
  };
  return {
    look,
    openAt,
    goTo: ({ start, end }) => {
      cursor.select(start, end);
      text.reveal(start, { centre: true });
    },
    "coding-next": () => step(1),
    "coding-back": () => step(-1),
    "document-next": () => document(1),
    "document-back": () => document(-1),
    passages: (code) => set({ panel: "search", listed: code }),
    // Where the cursor stands decides which coding the keys are about: the one that begins or ends there, or the shortest.
    moved: (how) => {
      if (how !== "again") set({ selectedBy: how });
      const here = text.codingsAt(cursor.start, cursor.end);
      const rank = (each) => (each.a === cursor.start && each.z === cursor.end ? 0 : 1) + (each.coder === state.project.me ? 0 : 2);
      here.sort((one, other) => rank(one) - rank(other) || one.z - one.a - (other.z - other.a));
      // A click where several lie goes on to the next of them.
      const best = here[how === "click" ? (here.findIndex((each) => each.id === state.focus) + 1) % here.length : 0];
      if ((best?.id ?? null) !== state.focus) focus(best);
      if (how === "keys") say([short(state.selection.quote, 200), ...here.map(toldOf)].join(". "));
      if (how === "mouse") commands.code();
    },
    be: async (coder) => {
      try {
        await send("/api/me", { coder });
      } catch (error) {
        return commands.note(error.message);
      }
      // Nothing can be done while the window is open: what is done then is done by who was chosen.
      await commands.reread();
      set({ dialog: null });
      commands.listenAgain();
      flush();
    },
    note: (told) => {
      if (!told) return;
      const note = { id: crypto.randomUUID(), told };
      set({ notes: [...state.notes.slice(-2), note] });
      setTimeout(() => set({ notes: state.notes.filter((each) => each !== note) }), 6000);
    },
  };
}
