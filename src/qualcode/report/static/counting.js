"use strict";
/* Counting, as the library does it: distinct segments, documents, cases and so on of a set of codes, of the rows
   that a filter lets through. Nothing here touches the page. */

const Z = 1.959963984540054;  // of a 95 % interval

/** A filter that lets through what counts by the rule. */
const EVERYTHING = { coder: "", variable: "", value: "", speaker: "", role: "" };

/** Tell for each set of speakers whether it is of some of them only; a turn without a name is nobody's. */
function onlyOf(speakers) {
  return DATA.voices.together.map((set) => set.length > 0 && set.every((one) => speakers.has(one)));
}

class Count {
  constructor(filter) {
    this.filter = filter;
    this.documents = new Uint8Array(DATA.documents.id.length).fill(1);
    this.heard = null;  // for each set of speakers whether it counts; null where all do
    this.chooseDocuments();
    this.chooseSpeakers("names", filter.speaker);
    this.chooseSpeakers("roles", filter.role);
    this.nDocuments = this.documents.reduce((sum, each) => sum + each, 0);
    this.isCoded = this.codedBy(ROWS.rule);
    this.byCode = this.rowsByCode(this.chooseRows(this.isCoded));
    this.found = new Map();
  }

  get isWhole() { return Object.values(this.filter).every((each) => each === ""); }

  chooseDocuments() {
    const variable = DATA.variables.find((each) => each.name === this.filter.variable);
    if (!variable) return;
    const value = variable.values.indexOf(this.filter.value);
    variable.of.forEach((values, at) => { if (!values.includes(value)) this.documents[at] = 0; });
  }

  chooseSpeakers(kind, label) {
    if (!label) return;
    const choice = DATA.voices[kind].find((each) => each.label === label);
    const speakers = new Set(choice ? choice.of : []);
    DATA.voices.there.forEach((there, at) => { if (!there.some((one) => speakers.has(one))) this.documents[at] = 0; });
    const only = onlyOf(speakers);
    this.heard = this.heard ? this.heard.map((each, at) => each && only[at]) : only;
  }

  /** Return what tells of a row whether its coder counts; `flags` are those of the rule, where that decides. */
  codedBy(flags) {
    if (this.filter.coder) {
      const coder = NUMBER_OF.coder.get(this.filter.coder) ?? -1;
      return (row) => ROWS.coder[row] === coder;
    }
    return DATA.named ? () => true : (row) => flags[row] !== "0";
  }

  /** Return the rows that count, as ascending numbers, of those whose coders do. */
  chooseRows(isCoded) {
    const chosen = [];
    for (let row = 0; row < ROWS.code.length; row++) {
      const segment = ROWS.segment[row];
      if (!this.documents[SEGMENTS.document[segment]]) continue;
      if (!isCoded(row)) continue;
      if (this.heard && !this.heard[SEGMENTS.voices[segment]]) continue;
      chosen.push(row);
    }
    return chosen;
  }

  rowsByCode(rows) {
    const byCode = DATA.codes.id.map(() => []);
    for (const row of rows) byCode[ROWS.code[row]].push(row);
    return byCode;
  }

  /** Return the distinct segments that carry one of some codes, ascending. */
  segments(codes) {
    const key = codes.join(" ");
    if (!this.found.has(key)) {
      const distinct = new Set();
      for (const code of codes) for (const row of this.byCode[code]) distinct.add(ROWS.segment[row]);
      this.found.set(key, Int32Array.from(distinct).sort());
    }
    return this.found.get(key);
  }

  /** Return what one policy counts of some codes; null for a policy that the page does not know. */
  of(codes, policy) {
    const count = POLICIES[policy];
    return count ? count(this, codes) : null;
  }

  /** Return what shares are of; null where the page cannot tell. */
  base(policy) {
    const all = DATA.codes.id.map((_, code) => code);
    if (policy === "documents") return this.nDocuments;
    if (policy === "characters") return this.heard ? null : sum(DATA.documents.length.filter((_, at) => this.documents[at]));
    if (policy === "cases") {
      const empty = DATA.cases.map((_, at) => !DATA.documents.cases.some((cases) => cases.includes(at)));
      return distinct(indices(this.documents), casesOf).size + empty.filter(Boolean).length;
    }
    return this.of(all, policy);
  }
}

const casesOf = (document_) => DATA.documents.cases[document_];
const sum = (numbers) => numbers.reduce((total, each) => total + each, 0);
const indices = (flags) => Array.from(flags.keys()).filter((at) => flags[at]);

/** Return the set of all that some things have. */
function distinct(things, of) {
  const found = new Set();
  for (const thing of things) for (const each of of(thing)) found.add(each);
  return found;
}

function documentsOf(segments) {
  const found = new Set();
  for (const segment of segments) found.add(SEGMENTS.document[segment]);
  return found;
}

const POLICIES = {
  segments: (count, codes) => count.segments(codes).length,
  documents: (count, codes) => documentsOf(count.segments(codes)).size,
  assignments: (count, codes) => sum(codes.map((code) => count.byCode[code].length)),
  cases: (count, codes) => distinct(documentsOf(count.segments(codes)), casesOf).size,
  coders(count, codes) {
    // Persons everywhere, whatever a consensus finished, unless one coder was chosen.
    count.ofPersons ??= count.filter.coder || DATA.named ? count.byCode : count.rowsByCode(count.chooseRows(count.codedBy(ROWS.persons)));
    return distinct(codes, (code) => count.ofPersons[code].map((row) => ROWS.coder[row])).size;
  },
  characters(count, codes) {
    let total = 0, document_ = -1, upto = 0;
    for (const segment of count.segments(codes)) {
      const start = SEGMENTS.span[2 * segment], end = SEGMENTS.span[2 * segment + 1];
      if (SEGMENTS.document[segment] !== document_) { document_ = SEGMENTS.document[segment]; upto = 0; }
      total += Math.max(0, end - Math.max(start, upto));
      upto = Math.max(upto, end);
    }
    return total;
  },
  weight(count, codes) {
    const greatest = new Map();
    for (const code of codes) for (const row of count.byCode[code]) {
      const weight = ROWS.weight[row];
      if (weight === undefined) continue;
      const segment = ROWS.segment[row];
      greatest.set(segment, Math.max(weight, greatest.get(segment) ?? -Infinity));
    }
    return sum([...greatest.values()]);
  },
};

/** Return the ends of Wilson's interval of a share of independent units. */
function wilson(count, n) {
  const share = count / n, whole = 1 + Z * Z / n;
  const middle = share + Z * Z / (2 * n);
  const half = Z * Math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)];
}

/** Return for each document how many segments carry one of some codes. */
function byDocument(segments) {
  const counts = new Int32Array(DATA.documents.id.length);
  for (const segment of segments) counts[SEGMENTS.document[segment]] += 1;
  return counts;
}

/** Return the units in which a segment lies, in which codes meet. */
function unitsOf(segment) {
  if (DATA.units.of) return DATA.units.of[segment];
  if (DATA.units.name === "segments") return [segment];
  if (DATA.units.name === "cases") return casesOf(SEGMENTS.document[segment]);
  return [SEGMENTS.document[segment]];
}

/** Return how many units there are for what a filter lets through; null where the page cannot tell. */
function allUnits(count) {
  if (DATA.units.of) return count.heard ? null : sum(DATA.units.documents.filter((_, at) => count.documents[at]));
  return count.base(DATA.units.name);
}

/** Return nodes × nodes, row by row: in how many units two sets of codes meet; their own number on the diagonal. */
function meetings(count, sets) {
  const inside = new Map();
  sets.forEach((codes, node) => {
    for (const unit of distinct(count.segments(codes), unitsOf)) {
      if (!inside.has(unit)) inside.set(unit, []);
      inside.get(unit).push(node);
    }
  });
  const n = sets.length, table = new Int32Array(n * n);
  for (const nodes of inside.values()) for (const one of nodes) for (const other of nodes) table[one * n + other] += 1;
  return table;
}

/** Return the segments of two sets of codes in the units that carry both, ascending. */
function segmentsOfPair(count, first, second) {
  const [one, other] = [first, second].map((codes) => count.segments(codes));
  const units = distinct(other, unitsOf);
  const both = new Set([...distinct(one, unitsOf)].filter((unit) => units.has(unit)));
  const found = new Set([...one, ...other].filter((segment) => unitsOf(segment).some((unit) => both.has(unit))));
  return Int32Array.from(found).sort();
}
