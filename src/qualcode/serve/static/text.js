// The text of a document: a paragraph for each row, cut into pieces where codings begin and end, but only near the window.

import { colourOf } from "./colours.js";
import { lastAtMost } from "./offsets.js";
import { freeLane, giveLanes, pieces } from "./lanes.js";
import { initials, nameOfCode, nameOfCoder, state } from "./store.js";

const NEAR = "600px 0px";
const NAMES = 2; // in one line of the margin; each further code is in the lanes and in the list
const FIRST = 120; // rows that are there at the first paint; the others follow at once

export class TextView {
  /** `host` is the element that holds the text; all places are UTF-16 units of the document. */
  constructor(host) {
    this.host = host;
    this.rows = [];
    this.near = new Set();
    this.margins = new Map(); // by row, of those that are drawn
    this.margin = document.createElement("div");
    this.margin.className = "margins";
    this.margin.ariaHidden = "true";
    this.watcher = new IntersectionObserver((entries) => this.#moved(entries), { rootMargin: NEAR });
    this.held = null; // rows to draw when it may be drawn again
    let width = 0;
    new ResizeObserver(([entry]) => {
      if (entry.contentRect.width === width) return;
      width = entry.contentRect.width;
      this.paint(this.near);
    }).observe(host);
  }

  /** Show a document with its codings, and then whatever comes later by `add` and `remove`. */
  async show(doc, codings) {
    this.watcher.disconnect();
    this.held = null;
    this.near.clear();
    this.margins.clear();
    this.doc = doc;
    this.rows = doc.rows;
    this.elements = [];
    this.byRow = doc.rows.map(() => []);
    const lanes = giveLanes(codings);
    this.host.style.setProperty("--lanes", Math.min(Math.max(lanes, 3), 9));
    for (const each of codings) for (const row of this.rowsOf(each)) this.byRow[row].push(each);
    this.margin.replaceChildren();
    this.host.replaceChildren(this.margin);
    this.#append(0, Math.min(FIRST, doc.rows.length));
    this.paint(this.#inWindow());
    if (doc.rows.length <= FIRST) return;
    await new Promise(requestAnimationFrame);
    await new Promise((resolve) => setTimeout(resolve));
    if (this.doc === doc) this.#append(this.elements.length, doc.rows.length);
  }

  #append(from, to) {
    const fragment = document.createDocumentFragment();
    for (let at = from; at < to; at++) {
      const row = this.rows[at];
      const element = document.createElement("p");
      element.className = this.rows[at + 1]?.continues ? "row continued" : row.start === row.end ? "row blank" : "row";
      element.dir = "auto";
      element.row = at;
      element.append(...this.#plain(at));
      this.elements.push(element);
      fragment.append(element);
    }
    this.host.append(fragment);
    for (let at = from; at < to; at++) if (this.rows[at].end > this.rows[at].start) this.watcher.observe(this.elements[at]);
  }

  /** Draw codings that are new. */
  add(codings) {
    const rows = new Set();
    for (const each of codings) {
      const own = this.rowsOf(each);
      each.lane = freeLane(each, this.#around(own));
      for (const row of own) {
        this.byRow[row].push(each);
        rows.add(row);
      }
    }
    this.paint(rows);
  }

  /** Take codings away. */
  remove(codings) {
    const rows = new Set();
    const gone = new Set(codings);
    for (const each of codings) {
      for (const row of this.rowsOf(each)) {
        this.byRow[row] = this.byRow[row].filter((other) => !gone.has(other));
        rows.add(row);
      }
    }
    this.paint(rows);
  }

  #around(rows) {
    const around = [];
    for (const row of [rows[0] - 1, ...rows, rows.at(-1) + 1]) around.push(...(this.byRow[row] ?? []));
    return around;
  }

  /** The rows, by number, that a span touches. */
  rowsOf({ a, z }) {
    const found = [];
    for (let at = Math.max(0, this.rowAt(a)); at < this.rows.length && this.rows[at].start < z; at++) found.push(at);
    return found;
  }

  /** The number of the row that a place is in. */
  rowAt(place) {
    return lastAtMost(this.rows, place, (row) => row.start);
  }

  /** The codings at a place, or on a span. */
  codingsAt(start, end = start + 1) {
    const found = new Set();
    for (const row of this.rowsOf({ a: start, z: end })) {
      for (const each of this.byRow[row]) if (each.a < end && each.z > start) found.add(each);
    }
    return [...found].sort((one, other) => one.lane - other.lane);
  }

  #moved(entries) {
    const fresh = new Set();
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting === this.near.has(target.row)) continue;
      if (isIntersecting) {
        this.near.add(target.row);
        if (this.byRow[target.row].length && !this.margins.has(target.row)) fresh.add(target.row);
      } else {
        this.near.delete(target.row);
      }
    }
    if (fresh.size) this.paint(fresh);
    this.#tidySoon();
  }

  // Rows that went out of sight are made plain again when there is nothing else to do: a frame of scrolling has time for one thing.
  #tidySoon() {
    if (this.tidying) return;
    this.tidying = true;
    const whenIdle = window.requestIdleCallback ?? ((then) => setTimeout(then, 300));
    whenIdle(() => {
      this.tidying = false;
      for (const [row, margin] of this.margins) {
        if (this.near.has(row)) continue;
        this.elements[row].replaceChildren(...this.#plain(row));
        margin.remove();
        this.margins.delete(row);
      }
    }, { timeout: 3000 });
  }

  #inWindow() {
    const rows = [];
    for (const element of this.elements) {
      if (element.getBoundingClientRect().top > innerHeight) break;
      rows.push(element.row);
      this.near.add(element.row);
    }
    return rows;
  }

  /** Draw everything, which printing needs. */
  paintAll() {
    for (const element of this.elements) this.near.add(element.row);
    this.paint(this.near);
  }

  /** Draw nothing for a while: a selection that is being made would end where its nodes are replaced. */
  hold() {
    this.held ??= new Set();
  }

  /** Draw what was to be drawn meanwhile. */
  release() {
    const rows = this.held ?? [];
    this.held = null;
    this.paint(rows);
  }

  /** Draw rows again that are near the window: first all writes of text, then all reads of places, then all lanes. */
  paint(rows) {
    if (this.held) return void [...rows].forEach((row) => this.held.add(row));
    const drawn = [...rows].filter((row) => this.near.has(row) || this.margins.has(row));
    for (const row of drawn) this.elements[row].replaceChildren(...this.#pieces(row));
    const measured = drawn.filter((row) => this.byRow[row].length).map((row) => [row, this.#places(row)]);
    for (const row of drawn) {
      this.margins.get(row)?.remove();
      this.margins.delete(row);
    }
    // Lanes lie in a layer of their own: within the rows they would have each text laid out once more.
    const fresh = document.createDocumentFragment();
    for (const [row, { top, height, places }] of measured) {
      const margin = this.#margin(row, places);
      margin.style.cssText = `top: ${top}px; height: ${height}px`;
      this.margins.set(row, margin);
      fresh.append(margin);
    }
    this.margin.append(fresh);
    this.painted?.(drawn);
  }

  #plain(row) {
    const { start, end } = this.rows[row];
    const said = this.doc.turns.get(row);
    if (said === undefined) return [document.createTextNode(this.doc.text.slice(start, end))];
    return [this.#piece("speaker", start, said), document.createTextNode(this.doc.text.slice(said, end))];
  }

  #piece(kind, start, end) {
    const element = document.createElement("span");
    element.className = kind;
    element.textContent = this.doc.text.slice(start, end);
    return element;
  }

  #pieces(number) {
    const row = this.rows[number];
    const codings = this.byRow[number];
    if (!codings.length) return this.#plain(number);
    const said = this.doc.turns.get(number);
    const nodes = [];
    for (const [start, end, on] of pieces(row, codings)) {
      // The name of who speaks is set apart, also where a coding begins within it.
      const cut = said > start && said < end ? said : end;
      for (const [from, to] of cut < end ? [[start, cut], [cut, end]] : [[start, end]]) {
        const piece = on.length ? this.#mark(from, to, on) : document.createTextNode(this.doc.text.slice(from, to));
        if (to <= said) {
          const speaker = this.#piece("speaker", from, from);
          speaker.append(piece);
          nodes.push(speaker);
        } else {
          nodes.push(piece);
        }
      }
    }
    return nodes;
  }

  // Overlaps stay readable: a soft tint for each coding, one above the other, and below the line a stripe for each in its lane.
  #mark(start, end, codings) {
    const mark = document.createElement("mark");
    mark.textContent = this.doc.text.slice(start, end);
    mark.codings = codings;
    const lanes = Math.max(4, codings.at(-1).lane + 1);
    const step = 12 / lanes;
    const layers = [];
    for (const each of codings) {
      const colour = colourOf(each.code);
      const from = 12 - (each.lane + 1) * step;
      const stripe = each.coder === state.project.me && !each.waiting
        ? `linear-gradient(${colour}, ${colour})`
        : `repeating-linear-gradient(90deg, ${colour} 0 5px, transparent 5px 8px)`;
      layers.push(`${stripe} 0 calc(100% - ${from}px) / 100% ${Math.max(1, step - 1)}px no-repeat`);
    }
    for (const each of codings) {
      const tint = `color-mix(in oklab, ${colourOf(each.code)} ${each.id === state.focus ? "var(--tint-focus)" : "var(--tint-mark)"}, transparent)`;
      layers.push(`linear-gradient(${tint}, ${tint}) 0 0 / 100% calc(100% - 12px) no-repeat`);
    }
    mark.style.background = layers.join(", ");
    return mark;
  }

  #places(row) {
    const element = this.elements[row];
    const { top } = element.getBoundingClientRect();
    const { start, end } = this.rows[row];
    const places = this.byRow[row].map((each) => {
      const box = this.range(Math.max(start, each.a), Math.min(end, each.z)).getBoundingClientRect();
      return [each, box.top - top, box.bottom - top];
    });
    return { top: element.offsetTop, height: element.offsetHeight, places };
  }

  // The margin has no text of its own, so that nothing of it is copied or read with the document.
  #margin(row, places) {
    const margin = document.createElement("div");
    margin.className = "margin";
    const { start, end } = this.rows[row];
    const names = new Map(); // by line
    for (const [each, top, bottom] of places) {
      const bar = document.createElement("i");
      bar.className = each.waiting ? "lane waiting" : each.coder === state.project.me ? "lane" : "lane other";
      if (each.a < start) bar.classList.add("from-above");
      if (each.z > end) bar.classList.add("goes-on");
      if (each.id === state.focus) bar.classList.add("focus");
      bar.style.cssText = `--colour: ${colourOf(each.code)}; --lane: ${each.lane}; top: ${top}px; height: ${bottom - top}px`;
      bar.codings = [each];
      margin.append(bar);
      if (each.a < start) continue;
      const line = Math.round(top / 8);
      if (!names.has(line)) names.set(line, []);
      names.get(line).push([each, top]);
    }
    for (const line of names.values()) margin.append(this.#names(line));
    return margin;
  }

  // One name for a code, whoever put it there: several that begin in one line have little room.
  #names(line) {
    const element = document.createElement("span");
    element.className = "names";
    element.style.top = `${line[0][1]}px`;
    const byCode = new Map();
    for (const [each] of line.sort(([one], [other]) => one.lane - other.lane)) {
      if (!byCode.has(each.code)) byCode.set(each.code, []);
      byCode.get(each.code).push(each);
    }
    for (const [code, codings] of [...byCode].slice(0, NAMES)) {
      const name = document.createElement("b");
      const others = codings.filter((each) => each.coder !== state.project.me);
      const coders = codings.length > 1 ? codings.map((each) => initials(nameOfCoder(each.coder))).join(" ") : others.map((each) => nameOfCoder(each.coder))[0];
      name.dataset.name = nameOfCode(code) + (codings.some((each) => each.memo) ? " ✎" : "");
      if (coders) name.dataset.coders = coders;
      if (codings.some((each) => each.id === state.focus)) name.className = "focus";
      name.style.setProperty("--colour", colourOf(code));
      name.codings = codings;
      element.append(name);
    }
    if (byCode.size > NAMES) element.dataset.more = `+${byCode.size - NAMES}`;
    return element;
  }

  /** The place of a point of the DOM, such as an end of a selection; null outside of the text. */
  placeOf(node, offset) {
    if (node === this.host) return this.rows[node.childNodes[offset]?.row]?.start ?? (offset ? this.doc.text.length : 0);
    const inside = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const element = inside.closest?.("p.row");
    if (!element || !this.host.contains(element)) return null;
    const row = this.rows[element.row];
    const range = document.createRange();
    range.setStart(element, 0);
    range.setEnd(node, offset);
    return Math.min(row.end, row.start + range.toString().length);
  }

  /** The point of the DOM for a place; between two pieces the end of the first, or the start of the second if `forward`. */
  pointOf(place, forward = false) {
    const number = Math.max(0, this.rowAt(place));
    if (number >= this.elements.length) this.#append(this.elements.length, this.rows.length);
    const row = this.rows[number];
    let left = Math.min(place, row.end) - row.start;
    let last = null;
    const walker = document.createTreeWalker(this.elements[number], NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left < node.length || (left === node.length && !forward)) return [node, left];
      left -= node.length;
      last = node;
    }
    return last ? [last, last.length] : [this.elements[number], 0];
  }

  /** A range of the DOM for a span. */
  range(start, end) {
    const range = document.createRange();
    range.setStart(...this.pointOf(start, true));
    range.setEnd(...this.pointOf(end));
    return range;
  }

  /** Bring a place into the window, unless it is well within it. */
  reveal(place, { centre = false } = {}) {
    const box = this.range(place, place).getBoundingClientRect();
    const [top, bottom] = [innerHeight * 0.15, innerHeight * 0.8];
    if (!centre && box.top >= top && box.bottom <= bottom) return;
    scrollBy({ top: box.top - innerHeight * 0.35, behavior: "instant" });
  }
}
