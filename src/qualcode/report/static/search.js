"use strict";
/* Searching the codes, the documents' names, the coded passages and the rest of the texts. */

function searched(words) {
  const wanted = words.trim().toLowerCase();
  const has = (text) => text.toLowerCase().includes(wanted);
  const codes = wanted ? [...DATA.codes.id.keys()].filter((code) => has(DATA.codes.name[code]) || has(DATA.codes.definition[code])) : [];
  const documents = wanted ? [...DATA.documents.id.keys()].filter((at) => has(DATA.documents.name[at])) : [];
  const { segments, lines } = wanted ? searchedTexts(wanted) : { segments: [], lines: [] };
  const parts = [
    { title: "Codes", items: codes, draw: (code) => make("li", {}, chip(code), " ", DATA.codes.definition[code]) },
    { title: "Documents", items: documents, draw: (at) => make("li", {}, documentLink(at)) },
    { title: "Coded passages", quotes: true, items: segments, draw: (segment) => quoteItem(segment, counted, words.trim()) },
    { title: "Elsewhere in the texts", quotes: true, items: lines, draw: (line) => lineItem(line, words.trim()) },
  ];
  const told = `${many(codes.length, "code")}, ${many(segments.length, "coded passage")}, ${many(lines.length, "other line")} of text`;
  return { parts, told };
}

const documentLink = (at) => make("a", { href: addressed(`document/${encodeURIComponent(DATA.documents.id[at])}`) }, DATA.documents.name[at]);

function lineItem({ document: document_, text }, words) {
  return make("li", {}, make("blockquote", { dir: "auto" }, ...marked(text, words)), make("p", { class: "from" }, documentLink(document_)));
}

/** Return the segments that have some words, and the lines that have them where nothing is coded. */
function searchedTexts(wanted) {
  const segments = [], lines = [];
  for (let document_ = 0; document_ < DATA.documents.id.length; document_++) {
    if (!counted.documents[document_]) continue;
    const text = textOf(document_), low = text.toLowerCase();
    if (!low.includes(wanted)) continue;
    const ends = [];
    for (let segment = FIRST_SEGMENT[document_]; segment < FIRST_SEGMENT[document_ + 1]; segment++) {
      if (!codingOf(segment, counted).size) continue;
      const start = SEGMENTS.start[segment], end = start + SEGMENTS.length[segment];
      ends.push([start, end]);
      if (text.slice(start, end).toLowerCase().includes(wanted)) segments.push(segment);
    }
    for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, at + wanted.length)) {
      if (ends.some(([start, end]) => start <= at && at < end)) continue;
      const first = text.lastIndexOf("\n", at) + 1, last = text.indexOf("\n", at);
      lines.push({ document: document_, text: text.slice(Math.max(first, at - 160), last < 0 ? at + 240 : Math.min(last, at + 240)) });
    }
  }
  return { segments, lines };
}
