// Places in a text: code points, in which the project counts, and UTF-16 units, in which a browser does.

/** The code points of a text and back. A text without characters beyond U+FFFF costs nothing. */
export class Offsets {
  constructor(text) {
    this.high = []; // where the pairs begin, in UTF-16 units
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit >= 0xd800 && unit <= 0xdbff) this.high.push(at++);
    }
  }

  /** UTF-16 units → code points. */
  toPoints(units) {
    return units - countBelow(this.high, (at) => at < units);
  }

  /** Code points → UTF-16 units. */
  toUnits(points) {
    return points + countBelow(this.high, (at, before) => at - before < points);
  }
}

function countBelow(sorted, isBelow) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBelow(sorted[middle], middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The last index whose key is at most a value, or -1; the keys do not go down. */
export function lastAtMost(items, value, key = (item) => item) {
  return countBelow(items, (item) => key(item) <= value) - 1;
}

const LINE_END = /\r\n|[\n\r\u2028\u2029]/g;
const LONGEST = 4000;

/** The rows that a page shows, [start, end) in UTF-16 units without their line ends.
 *
 * A line of more than some thousand units is cut behind a space, so that a text without line ends can be drawn in parts too. */
export function rowsOf(text) {
  const rows = [];
  let start = 0;
  const close = (end) => {
    let continues = false;
    while (end - start > LONGEST) {
      const space = text.lastIndexOf(" ", start + LONGEST);
      let cut = space > start ? space + 1 : start + LONGEST;
      const unit = text.charCodeAt(cut);
      if (unit >= 0xdc00 && unit <= 0xdfff) cut++;
      rows.push({ start, end: cut, continues });
      start = cut;
      continues = true;
    }
    rows.push({ start, end, continues });
  };
  for (const match of text.matchAll(LINE_END)) {
    close(match.index);
    start = match.index + match[0].length;
  }
  close(text.length);
  return rows;
}

const segmenters = new Map();

/** The words or graphemes of a row, [start, end) in UTF-16 units from the start of the text. */
export function unitsOf(text, row, kind) {
  if (!segmenters.has(kind)) segmenters.set(kind, new Intl.Segmenter(undefined, { granularity: kind }));
  const units = [];
  for (const each of segmenters.get(kind).segment(text.slice(row.start, row.end))) {
    if (kind === "word" && !each.isWordLike && !/[^\s\p{P}]/u.test(each.segment)) continue;
    units.push([row.start + each.index, row.start + each.index + each.segment.length]);
  }
  return units;
}

/** A span without the white space at its ends; null when nothing is left. */
export function trimmed(text, start, end) {
  while (start < end && /\s/.test(text[start])) start++;
  while (end > start && /\s/.test(text[end - 1])) end--;
  return start < end ? [start, end] : null;
}

/** A span widened to whole graphemes: half a letter with its accent cannot be coded by accident. */
export function wholeGraphemes(text, rows, start, end) {
  const grow = (at, edge) => {
    const row = rows[lastAtMost(rows, at, (each) => each.start)];
    if (!row || at <= row.start || at >= row.end) return at;
    const from = Math.max(row.start, at - 64);
    const nearby = { start: from, end: Math.min(row.end, at + 64) };
    const unit = unitsOf(text, nearby, "grapheme").find(([a, z]) => a < at && at < z);
    return unit ? unit[edge] : at;
  };
  return [grow(start, 0), grow(end, 1)];
}
