"use strict";
/* What the page holds, as columns. Documents, segments, codes and coders go by their numbers, from 0.
   Segments are distinct passages in the order of documents; a row is one code put on one of them by one coder. */

const DATA = JSON.parse(document.getElementById("record").textContent);

/** Return a column in which each number stands as often as told: [2, 0, 1] becomes 0, 0, 2. */
function repeated(times) {
  const column = new Int32Array(times.reduce((sum, n) => sum + n, 0));
  let at = 0;
  times.forEach((n, number) => { column.fill(number, at, at + n); at += n; });
  return column;
}

const SEGMENTS = {
  document: repeated(DATA.segments.documents),
  start: DATA.segments.start,     // in the text that the page holds, in UTF-16 units
  length: DATA.segments.length,
  span: DATA.segments.span,       // in the document, in code points: start, end, start, end, …
  voices: DATA.segments.voices,
  notes: DATA.segments.notes,
};

const ROWS = {
  segment: repeated(DATA.assignments.segments),
  code: Int32Array.from(DATA.assignments.code),
  coder: Int32Array.from(DATA.assignments.coder),
  rule: DATA.assignments.rule,    // "1" where it counts by the rule
  persons: DATA.assignments.persons,
  weight: DATA.assignments.weight,
};

/** The first segment of each document, and behind them the number of all. */
const FIRST_SEGMENT = runs(DATA.segments.documents);
/** The first row of each segment, likewise. */
const FIRST_ROW = runs(DATA.assignments.segments);

function runs(lengths) {
  const first = new Int32Array(lengths.length + 1);
  lengths.forEach((n, at) => { first[at + 1] = first[at] + n; });
  return first;
}

// Texts are the bulk of the page, so they are read only when the first quote is shown.
let texts = null;
function textOf(document_) {
  texts ??= JSON.parse(document.getElementById("texts").textContent);
  return texts[document_];
}

function quoteOf(segment) {
  const start = SEGMENTS.start[segment];
  return textOf(SEGMENTS.document[segment]).slice(start, start + SEGMENTS.length[segment]);
}

/** The address of a segment: its document and its code points there. */
function placeOf(segment) {
  const [start, end] = SEGMENTS.span.slice(2 * segment, 2 * segment + 2);
  return `segment/${encodeURIComponent(DATA.documents.id[SEGMENTS.document[segment]])}/${start}-${end}`;
}

const NUMBER_OF = {
  document: new Map(DATA.documents.id.map((id, at) => [id, at])),
  code: new Map(DATA.codes.id.map((id, at) => [id, at])),
  coder: new Map(DATA.coders.map((coder, at) => [coder.id, at])),
};
