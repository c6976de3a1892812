"use strict";
/* What stands behind # in the page's address. A number has one that can be sent:

     theme/ROLLUP/ID   domain/ROLLUP/ID   code/ID             what a node counts
     …/in/document/ID   …/in/value/VARIABLE/VALUE             the same within a document, or a group of them
     pair/code/ID/ID   pair/theme/ROLLUP/ID/ID                where two meet
     document/ID   segment/ID/START-END   search/WORDS        what is no number

   A filter follows: theme/factors/trust?coder=ana&v.site=north. Everything else is the id of an element. */

/** Return the set of codes that a node of a rollup, or a code, stands for; null where there is none. */
function nodeOf(level, rollup, id) {
  if (level === "code") {
    const code = NUMBER_OF.code.get(id);
    return code === undefined ? null : { level, id, name: DATA.codes.name[code], codes: [code] };
  }
  const found = DATA.rollups.find((each) => each.id === rollup)?.nodes.find((node) => node.level === level && node.id === id);
  return found ? { ...found, name: found.id === "unassigned" ? `In no ${level}` : found.name } : null;
}

const addressOf = (node, rollup) =>
  [node.level, ...(node.level === "code" ? [] : [rollup]), node.id].map(encodeURIComponent).join("/");

/** Return what an address leads to, or null where it is none of these. */
function readAddress(address) {
  const parts = address.split("/").map(decoded);
  const kind = parts.shift();
  if (kind === "pair") return readPair(parts);
  if (kind === "document" && NUMBER_OF.document.has(parts[0])) return { kind, document: NUMBER_OF.document.get(parts[0]) };
  if (kind === "segment") return readSegment(parts);
  if (kind === "search") return { kind, words: parts.join("/") };
  if (!["domain", "theme", "code"].includes(kind)) return null;
  const node = kind === "code" ? nodeOf(kind, "", parts.shift()) : nodeOf(kind, parts.shift(), parts.shift());
  if (!node) return null;
  return { kind: "number", node, ...readPlace(parts) };
}

function readPlace(parts) {
  if (parts[0] !== "in") return {};
  if (parts[1] === "document") return { document: NUMBER_OF.document.get(parts[2]) };
  if (parts[1] === "value") return { group: { variable: parts[2], value: parts[3] } };
  return {};
}

function readPair(parts) {
  const [level, ...ids] = parts;
  const rollup = level === "code" ? "" : ids.shift();
  const nodes = ids.slice(0, 2).map((id) => nodeOf(level, rollup, id));
  return nodes.length === 2 && nodes.every(Boolean) ? { kind: "pair", nodes } : null;
}

function readSegment([id, span]) {
  const document_ = NUMBER_OF.document.get(id);
  if (document_ === undefined) return null;
  const [start, end] = (span ?? "").split("-").map(Number);
  for (let segment = FIRST_SEGMENT[document_]; segment < FIRST_SEGMENT[document_ + 1]; segment++) {
    if (SEGMENTS.span[2 * segment] === start && SEGMENTS.span[2 * segment + 1] === end) return { kind: "document", document: document_, segment };
  }
  return { kind: "document", document: document_ };
}

/** Return the filter that a group by who speaks, or by a variable, adds to another filter. */
function within(filter, { variable, value }) {
  const isWhoSpeaks = ["speaker", "role"].includes(variable) && !DATA.variables.some((each) => each.name === variable);
  return isWhoSpeaks ? { ...filter, [variable]: value } : { ...filter, variable, value };
}

/** Return the segments behind what an address leads to, and what counts them. */
function segmentsBehind(target) {
  // A group within another group of the same kind: what is in both.
  let count = target.group ? countedBy(within(counted.filter, target.group)) : counted;
  if (target.kind === "pair") return { count, segments: segmentsOfPair(count, ...target.nodes.map((node) => node.codes)) };
  let segments = count.segments(target.node.codes);
  if (target.document !== undefined) segments = segments.filter((each) => SEGMENTS.document[each] === target.document);
  return { count, segments };
}
