// The page's own cursor: it stands on a unit, a word at first, and Shift selects further ones. Also what mouse and finger select.

import { lastAtMost, trimmed, unitsOf, wholeGraphemes } from "./offsets.js";
import { set, state } from "./store.js";

export class Cursor {
  /** `text` is the TextView; `moved(how)` is called after each move, with "keys", "mouse" or "touch". */
  constructor(text, { moved }) {
    this.text = text;
    this.moved = moved;
    this.units = { word: new Map(), grapheme: new Map() }; // by row, made when needed
    this.#pointers();
  }

  /** Start anew for the document that the text shows. */
  reset(start = 0) {
    this.units = { word: new Map(), grapheme: new Map() };
    this.anchor = [start, start];
    [this.start, this.end] = this.anchor;
    set({ selection: null });
  }

  /** Put the cursor on a span, without moving the window. */
  select(start, end, how = "keys") {
    this.anchor = [start, end];
    [this.start, this.end] = [start, end];
    this.#show(how);
  }

  /** Move by a unit: "word", "grapheme", "sentence" or "paragraph"; +1 towards the end of the text, -1 back. */
  move(kind, direction, extend = false) {
    if (extend) this.#extend(kind, direction);
    else {
      const unit = direction > 0 ? this.#next(kind, this.end) : this.#before(kind, this.start);
      if (!unit) return;
      this.anchor = unit;
      [this.start, this.end] = unit;
    }
    this.#show("keys");
    this.text.reveal(direction > 0 ? this.end : this.start);
  }

  /** Select the whole unit that the cursor is in; when it is selected already, the next one too. */
  whole(kind) {
    const [start] = this.#around(kind, this.start) ?? [this.start];
    const [, end] = this.#around(kind, this.end - 1) ?? [0, this.end];
    if (start === this.start && end === this.end) return this.move(kind, 1, true);
    this.select(start, Math.max(end, this.end));
    this.text.reveal(this.start);
  }

  /** Go to the first word (1) or the last (-1) of the text. */
  jump(direction) {
    const unit = direction > 0 ? this.#next("word", 0) : this.#before("word", this.text.doc.text.length);
    if (!unit) return;
    this.select(...unit);
    this.text.reveal(unit[0]);
  }

  /** The arrows go where they point, also in a paragraph that is written from right to left. */
  towards(arrow) {
    const element = this.text.elements[this.text.rowAt(this.start)];
    const rightToLeft = element && getComputedStyle(element).direction === "rtl";
    return (arrow === "right") === rightToLeft ? -1 : 1;
  }

  // One edge moves, the other stays at the unit where the selection began.
  #extend(kind, direction) {
    const [from, to] = this.anchor;
    if (direction > 0 && this.start < from) {
      const unit = this.#next(kind, this.start + 1);
      this.start = Math.min(unit?.[0] ?? from, from);
    } else if (direction > 0) {
      this.end = this.#ending(kind, this.end) ?? this.end;
    } else if (this.end > to) {
      this.end = Math.max(this.#endBefore(kind, this.end) ?? to, kind === "grapheme" ? this.start + 1 : to);
    } else if (kind === "grapheme" && this.end - this.start > 1 && this.start === from) {
      this.end = this.#endBefore(kind, this.end) ?? this.end;
    } else {
      const unit = this.#before(kind, this.start);
      if (unit) this.start = unit[0];
    }
    if (this.end <= this.start) this.end = to;
  }

  #ofRow(kind, row) {
    const made = this.units[kind];
    if (!made.has(row)) {
      const { doc, rows } = this.text;
      const start = kind === "word" ? (doc.turns.get(row) ?? rows[row].start) : rows[row].start;
      made.set(row, unitsOf(doc.text, { start, end: rows[row].end }, kind));
    }
    return made.get(row);
  }

  // Sentences and paragraphs come from the library, whose sentences do not end at "Dr."; words and graphemes from the browser.
  #list(kind) {
    return kind === "sentence" ? this.text.doc.sentenceUnits : this.text.doc.paragraphUnits;
  }

  /** The first unit that starts at a place or later. */
  #next(kind, place) {
    if (kind === "sentence" || kind === "paragraph") {
      const list = this.#list(kind);
      return list[lastAtMost(list, place - 1, (unit) => unit[0]) + 1] ?? null;
    }
    for (let row = Math.max(0, this.text.rowAt(place)); row < this.text.rows.length; row++) {
      const unit = this.#ofRow(kind, row).find(([start]) => start >= place);
      if (unit) return unit;
    }
    return null;
  }

  /** The last unit that starts before a place. */
  #before(kind, place) {
    if (kind === "sentence" || kind === "paragraph") {
      const list = this.#list(kind);
      return list[lastAtMost(list, place - 1, (unit) => unit[0])] ?? null;
    }
    for (let row = Math.min(this.text.rowAt(place), this.text.rows.length - 1); row >= 0; row--) {
      const unit = this.#ofRow(kind, row).findLast(([start]) => start < place);
      if (unit) return unit;
    }
    return null;
  }

  #around(kind, place) {
    const unit = this.#before(kind, place + 1);
    return unit && unit[1] > place ? unit : null;
  }

  /** The end of the first unit that ends after a place. */
  #ending(kind, place) {
    const unit = this.#before(kind, place + 1);
    if (unit && unit[1] > place) return unit[1];
    return this.#next(kind, place)?.[1];
  }

  /** The last end of a unit before a place. */
  #endBefore(kind, place) {
    const unit = this.#before(kind, place);
    if (!unit || unit[1] < place) return unit?.[1];
    return this.#before(kind, unit[0])?.[1];
  }

  #show(how) {
    const { text } = this.text.doc;
    set({ selection: { start: this.start, end: this.end, quote: text.slice(this.start, this.end) } });
    this.draw();
    this.moved(how);
  }

  /** Draw the cursor; again after a row was drawn anew. */
  draw() {
    CSS.highlights.delete("cursor");
    if (!state.selection) return;
    const range = this.text.range(this.start, this.end);
    CSS.highlights.set("cursor", new Highlight(range));
    // The handles of a finger's selection went with the nodes that were replaced.
    if (state.selectedBy !== "touch" || this.#isSelected()) return;
    getSelection().setBaseAndExtent(range.startContainer, range.startOffset, range.endContainer, range.endOffset);
  }

  clear() {
    if (this.start !== undefined) this.anchor = [this.start, this.end];
    CSS.highlights.delete("cursor");
    set({ selection: null });
  }

  // The browser selects with mouse and finger as people are used to; what is selected becomes the page's own selection.
  #pointers() {
    const { host } = this.text;
    let touched = false;
    let pressed = false;
    let timer = 0;
    // The browser selects after it has told that the button is up.
    let selecting = null;
    const taken = () => {
      if (!selecting) return;
      clearTimeout(selecting.timer);
      if (selecting.how) this.#take(selecting.how);
      selecting = null;
      this.text.release();
    };
    host.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      touched = event.pointerType !== "mouse";
      pressed = !touched;
      this.text.hold();
    });
    // Whoever selects to the end of a line lets go beside the text as often as on it.
    addEventListener("pointerup", () => {
      taken();
      selecting = { how: pressed && "mouse", timer: setTimeout(taken) };
      pressed = false;
    });
    // Whoever types at once means what was selected: the key goes where the selection leads.
    addEventListener("keydown", taken, { capture: true });
    addEventListener("pointercancel", () => this.text.release());
    document.addEventListener("selectionchange", () => {
      if (!touched || this.#isSelected()) return;
      clearTimeout(timer);
      // What is tapped now is not meant for what was selected before, and a row drawn anew would move the handles.
      if (this.#selected()) {
        set({ selectedBy: null });
        this.text.hold();
      }
      // A finger drags the handles for a while; the bar with the codes waits until it rests.
      timer = setTimeout(() => {
        this.#take("touch");
        this.text.release();
      }, 350);
    });
  }

  /** The span that the browser has selected: whole letters, without spaces around; null for none. */
  #selected() {
    const selected = getSelection();
    if (!selected.rangeCount || selected.isCollapsed) return null;
    const range = selected.getRangeAt(0);
    const { text, rows } = this.text.doc;
    const from = this.text.placeOf(range.startContainer, range.startOffset);
    const to = this.text.placeOf(range.endContainer, range.endOffset);
    if (from === null && to === null) return null;
    return trimmed(text, ...wholeGraphemes(text, rows, from ?? 0, to ?? text.length));
  }

  #isSelected() {
    const span = this.#selected();
    return Boolean(span && state.selection) && span[0] === this.start && span[1] === this.end;
  }

  #take(how) {
    const selected = getSelection();
    if (selected.rangeCount && selected.isCollapsed) return void (how === "mouse" && this.#click(selected));
    const span = this.#selected();
    if (!span) return;
    if (how === "mouse") selected.removeAllRanges();
    this.select(...span, how);
  }

  #click(selected) {
    const place = this.text.placeOf(selected.anchorNode, selected.anchorOffset);
    const word = place !== null && this.#around("word", place);
    if (word) this.select(...word, "click");
  }
}
