// What the page knows, in one object. Parts read it and are told when it changes.

export const state = {
  project: null, // answer of /api/project
  place: null, // the place in the log of the last change that is known here
  doc: null, // answer of /api/documents/ID, with `offsets` and `rows`
  codings: new Map(), // of the open document, by id; each with a, z (UTF-16 units) and lane
  selection: null, // {start, end, quote} in UTF-16 units
  selectedBy: null, // "keys", "mouse", "click" or "touch"
  focus: null, // id of the coding that is looked at
  panel: null, // name of the side panel that is open
  searched: null, // {q, how}: the last search
  listed: null, // id of the code whose passages the search panel lists
  verdicts: null, // {accept, reject, skip} of the suggestion that is shown
  recent: [], // ids of the codes that were used last
  lastCode: null,
  waiting: [], // actions that are not on the disk yet
  refused: [], // actions that the library refused, with the reason
  connection: "on", // "on", "off" or "closed" (the server does not know this page any more)
  trouble: null, // why the server cannot read the folder just now
  here: [],
  undo: null,
  redo: null,
  dialog: null, // {kind, …}: what lies over the page
  notes: [], // what was done a moment ago, by whom
};

const listeners = new Set();
let told = false;

/** Change what the page knows; whoever listens is told once for all changes of a moment. */
export function set(changes) {
  Object.assign(state, changes);
  if (told) return;
  told = true;
  queueMicrotask(() => {
    told = false;
    for (const each of listeners) each(state);
  });
}

export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Look codes, coders and documents up by id. */
export const codeOf = (id) => state.project?.codes.find((code) => code.id === id);
export const nameOfCode = (id) => codeOf(id)?.name ?? id;
export const nameOfCoder = (id) => state.project?.coders.find((coder) => coder.id === id)?.name ?? id;
export const initials = (name) => (name ?? "?").split(/\s+/).map((word) => [...word][0]).slice(0, 2).join("").toUpperCase();
export const documentOf = (id) => state.project?.documents.find((document) => document.id === id);

/** The codings of the open document in the order of the text. */
export function codingsInOrder() {
  return [...state.codings.values()].sort((one, other) => one.a - other.a || other.z - one.z || (one.id < other.id ? -1 : 1));
}
