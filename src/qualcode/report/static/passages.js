"use strict";
/* Quotes in lists, and a document's text with its coded passages marked. */

/** Return who put which codes on a segment, of the rows that count: for each code its coders. */
function codingOf(segment, count) {
  const coding = new Map();
  for (let row = FIRST_ROW[segment]; row < FIRST_ROW[segment + 1]; row++) {
    if (!count.isCoded(row)) continue;
    if (!coding.has(ROWS.code[row])) coding.set(ROWS.code[row], []);
    coding.get(ROWS.code[row]).push(DATA.coders[ROWS.coder[row]].name);
  }
  return coding;
}

/** Return a text with the words that were searched for marked. */
function marked(text, words) {
  if (!words) return [text];
  const parts = [];
  let at = 0;
  const low = text.toLowerCase(), wanted = words.toLowerCase();
  for (let next = low.indexOf(wanted); next >= 0 && low.length === text.length; next = low.indexOf(wanted, at)) {
    parts.push(text.slice(at, next), make("mark", { class: "hit" }, text.slice(next, next + words.length)));
    at = next + words.length;
  }
  parts.push(text.slice(at));
  return parts;
}

/** Return the names of who speaks in a segment, but for those that its document's name tells already. */
function speakersOf(segment) {
  const words = (text) => ` ${text.toLowerCase().split(/[^\p{L}\p{N}]+/u).join(" ")} `;
  const told = words(DATA.documents.name[SEGMENTS.document[segment]]);
  const names = DATA.voices.together[SEGMENTS.voices[segment]].map((one) => DATA.voices.speakers[one]);
  return [...new Set(names)].filter((name) => name && !told.includes(words(name)));
}

/** Return a segment as an item of a list: its words, where it is from, its codes and notes. */
function quoteItem(segment, count, words = "") {
  const coding = codingOf(segment, count);
  const coders = [...new Set([...coding.values()].flat())];
  const source = make("a", { href: addressed(placeOf(segment) + suffixOf(count.filter)) }, [DATA.documents.name[SEGMENTS.document[segment]], ...speakersOf(segment)].join(", "));
  return make("li", {},
    make("blockquote", { dir: "auto" }, ...marked(quoteOf(segment).trim(), words)),
    make("p", { class: "from" }, source,
      DATA.coders.length > 1 && make("span", { class: "coders" }, `coded by ${coders.join(", ")}`),
      ...[...coding.keys()].flatMap((code) => [chip(code), " "])),
    ...(SEGMENTS.notes[segment] ?? []).map((note) => make("p", { class: "memo", dir: "auto" }, note)));
}

/** Return a document's text cut into lines; runs of a line that the same segments cover are marked. */
function linesOf(document_, count) {
  const text = textOf(document_);
  const edges = new Map([[0, []], [text.length, []]]);
  for (let segment = FIRST_SEGMENT[document_]; segment < FIRST_SEGMENT[document_ + 1]; segment++) {
    if (!codingOf(segment, count).size) continue;
    const start = SEGMENTS.start[segment], end = start + SEGMENTS.length[segment];
    for (const edge of [start, end]) if (!edges.has(edge)) edges.set(edge, []);
    edges.get(start).push(segment);
  }
  for (const { index } of text.matchAll(/\n/g)) if (!edges.has(index + 1)) edges.set(index + 1, []);
  const places = [...edges.keys()].sort((one, other) => one - other);
  const lines = [];
  let covering = new Set(), line = { runs: [], begun: [] };
  for (let at = 0; at + 1 < places.length; at++) {
    const [start, end] = [places[at], places[at + 1]];
    covering = new Set([...covering].filter((segment) => SEGMENTS.start[segment] + SEGMENTS.length[segment] > start));
    for (const segment of edges.get(start)) { covering.add(segment); line.begun.push(segment); }
    line.runs.push({ text: text.slice(start, end), segments: [...covering] });
    if (text[end - 1] === "\n") { lines.push(line); line = { runs: [], begun: [] }; }
  }
  if (line.runs.length) lines.push(line);
  return lines;
}

/** Return a line as an element: the text, and beside it the codes that begin in it. */
function lineElement(line, count) {
  const shown = line.runs.map(({ text, segments }) => {
    if (!segments.length) return text;
    // The shortest passage is what a reader looks at: its colour comes first.
    const shortest = segments.reduce((one, other) => (SEGMENTS.length[other] < SEGMENTS.length[one] ? other : one));
    const code = codingOf(shortest, count).keys().next().value;
    return make("mark", { class: `d${Math.min(3, segments.length)} k${DATA.codes.colour[code]}`, "data-segments": segments.join(" ") }, text);
  });
  const codes = [...new Set(line.begun.flatMap((segment) => [...codingOf(segment, count).keys()]))];
  return make("div", { class: line.runs[0].text.startsWith("#") ? "line heading" : "line" },
    make("p", { dir: "auto" }, ...shown),
    codes.length > 0 && make("p", { class: "tags" }, ...codes.flatMap((code) => [chip(code), " "])));
}
