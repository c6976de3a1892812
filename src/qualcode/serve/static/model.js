// Documents and codings as the server sends them, made ready for the page; and what changes of them.

import { ask } from "./api.js";
import { setColours } from "./colours.js";
import { Offsets, lastAtMost, rowsOf, trimmed } from "./offsets.js";
import { set, state } from "./store.js";

/** Read the project: codes, documents, coders, who is here. */
export async function readProject() {
  const project = await ask("/api/project");
  if (state.project && state.project.id !== project.id) {
    // Another project is served at this address by now: this becomes its page, and what waits is kept for the other one.
    location.reload();
    return new Promise(() => {});
  }
  setColours(project.codes);
  set({ project, place: project.place, here: project.here, undo: project.undo, redo: project.redo, trouble: project.trouble });
  return project;
}

/** Read a document. */
export async function readDocument(id) {
  const doc = await ask(`/api/documents/${encodeURIComponent(id)}`);
  doc.offsets = new Offsets(doc.text);
  doc.rows = rowsOf(doc.text);
  doc.turns = turnsOf(doc);
  const units = (spans) => spans.map(([start, end]) => spoken(doc, [doc.offsets.toUnits(start), doc.offsets.toUnits(end)])).filter(Boolean);
  doc.sentenceUnits = units(doc.sentences);
  doc.paragraphUnits = units(doc.paragraphs);
  doc.codings = doc.codings.map((coding) => placed(coding, doc));
  return doc;
}

/** Give a coding its place in UTF-16 units. */
export function placed(coding, doc) {
  return { ...coding, a: doc.offsets.toUnits(coding.start), z: doc.offsets.toUnits(coding.end), lane: 0 };
}

/** The arguments of an action about a span: code points, and the quote, against which the server checks them. */
export function passageOf({ start, end }, doc = state.doc) {
  return { document: doc.id, start: doc.offsets.toPoints(start), end: doc.offsets.toPoints(end), quote: doc.text.slice(start, end) };
}

/** The arguments of an action about a coding of the open document. */
export function targetOf(coding) {
  return { document: state.doc.id, coding: coding.id, quote: state.doc.text.slice(coding.a, coding.z) };
}

// The rows that begin with who speaks, and where in each what they say begins.
function turnsOf(doc) {
  const turns = new Map();
  for (const each of doc.speakers) {
    const said = doc.offsets.toUnits(each.start);
    const row = lastAtMost(doc.rows, said, (one) => one.start);
    if (row >= 0 && doc.rows[row].start < said) turns.set(row, said);
  }
  return turns;
}

// A sentence or paragraph begins with what is said: "MARIA:" is nobody's word.
function spoken(doc, [start, end]) {
  const said = doc.turns.get(lastAtMost(doc.rows, start, (one) => one.start)) ?? start;
  return trimmed(doc.text, Math.min(Math.max(start, said), end), end);
}

/** Take in what somebody did. Returns what is to be drawn: {added, removed, again} for the open document. */
export function takeIn(change) {
  const drawn = { added: [], removed: [], again: false };
  set({ place: change.place });
  if (change.who === state.project.me && change.undo !== undefined) set({ undo: change.undo, redo: change.redo });
  for (const [id, what] of Object.entries(change.documents ?? {})) {
    if (id !== state.doc?.id) continue;
    if (what === null || change.action === "correct") drawn.again = true;
    else {
      for (const gone of what.removed) {
        const coding = state.codings.get(gone);
        if (!coding) continue;
        state.codings.delete(gone);
        drawn.removed.push(coding);
      }
      for (const fresh of what.added) {
        const coding = placed(fresh, state.doc);
        const old = state.codings.get(coding.id);
        if (old) drawn.removed.push(old);
        state.codings.set(coding.id, coding);
        drawn.added.push(coding);
      }
    }
  }
  count(drawn);
  return drawn;
}

// Counts follow what is added and removed, so that a new code is shown without another question to the server.
function count({ added, removed }) {
  if (!added.length && !removed.length) return;
  const step = (coding, by) => {
    const code = state.project.codes.find((each) => each.id === coding.code);
    const document = state.project.documents.find((each) => each.id === state.doc.id);
    for (const each of [code, document]) {
      if (!each) continue;
      each["codings" in each ? "codings" : "count"] += by;
      if (coding.coder === state.project.me) each.own += by;
    }
  };
  for (const each of removed) step(each, -1);
  for (const each of added) step(each, 1);
  set({ codings: state.codings });
}
