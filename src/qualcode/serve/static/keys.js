// One table of all keys. They are shown with "?", and each can be changed; changes are kept in the browser.

import { keep, readKept } from "./kept.js";

const KEPT = "qualcode.keys";

/** Groups of actions; "text" keys work while the text has the focus, "page" keys everywhere but in a field. */
export const GROUPS = [
  { name: "keys.move", where: "text", actions: {
    right: ["ArrowRight"], left: ["ArrowLeft"], down: ["ArrowDown"], up: ["ArrowUp"],
    "paragraph-next": ["Mod+ArrowDown"], "paragraph-back": ["Mod+ArrowUp"], "letter-right": ["Alt+ArrowRight"], "letter-left": ["Alt+ArrowLeft"],
    start: ["Mod+Home"], end: ["Mod+End"],
  } },
  { name: "keys.select", where: "text", actions: {
    "extend-right": ["Shift+ArrowRight"], "extend-left": ["Shift+ArrowLeft"], "extend-down": ["Shift+ArrowDown"], "extend-up": ["Shift+ArrowUp"],
    "extend-paragraph": ["Mod+Shift+ArrowDown"], "extend-letter-right": ["Alt+Shift+ArrowRight"], "extend-letter-left": ["Alt+Shift+ArrowLeft"],
    sentence: ["s"], paragraph: ["p"],
  } },
  { name: "keys.code", where: "text", actions: {
    code: ["Enter", " "], again: ["r"], "in-vivo": ["v"],
    "recent-1": ["1"], "recent-2": ["2"], "recent-3": ["3"], "recent-4": ["4"], "recent-5": ["5"],
    "recent-6": ["6"], "recent-7": ["7"], "recent-8": ["8"], "recent-9": ["9"],
  } },
  { name: "keys.coding", where: "text", actions: {
    "coding-next": ["j"], "coding-back": ["k"], recode: ["c"], memo: ["m"], weight: ["w"], retract: ["Delete", "Backspace", "x"],
  } },
  { name: "keys.suggest", where: "text", actions: { accept: ["a"], reject: ["n"], skip: ["."] } },
  { name: "keys.page", where: "page", actions: {
    undo: ["Mod+z", "z"], redo: ["Mod+Shift+z", "Mod+y"], correct: ["e"], finish: ["f"], "document-next": ["]"], "document-back": ["["],
    search: ["/"], documents: ["d"], codes: ["o"], codings: ["l"], suggestions: ["g"], work: ["q"], history: ["h"], figures: ["i"],
    help: ["?"], text: ["Escape"],
  } },
];

const own = readKept(KEPT, {});

/** The keys of an action. */
export function keysOf(action) {
  if (own[action]) return own[action];
  for (const group of GROUPS) if (group.actions[action]) return group.actions[action];
  return [];
}

/** Give an action one key instead of those it has. Whoever had that key before loses it, and is returned. */
export function setKey(action, key) {
  let loser = null;
  for (const group of GROUPS) {
    for (const other of Object.keys(group.actions)) {
      if (other === action || !keysOf(other).includes(key)) continue;
      own[other] = keysOf(other).filter((each) => each !== key);
      loser = other;
    }
  }
  own[action] = [key];
  keep(KEPT, own);
  return loser;
}

/** Give every action its first keys back. */
export function resetKeys() {
  for (const action of Object.keys(own)) delete own[action];
  localStorage.removeItem(KEPT);
}

export const anyOwn = () => Object.keys(own).length > 0;

/** The name of a key stroke, such as "Shift+ArrowRight"; "" for a modifier alone. Mod is Ctrl, or Command on a Mac. */
export function strokeOf(event) {
  if (["Shift", "Control", "Alt", "Meta", "Dead", "AltGraph"].includes(event.key)) return "";
  const letter = event.key.length === 1;
  // Signs are where a keyboard has them: "?" is one key with Shift here and without there.
  const named = letter && /\p{L}/u.test(event.key) ? event.key.toLowerCase() : event.key;
  const shifted = event.shiftKey && (!letter || /\p{L}/u.test(event.key));
  const other = event.altKey && !event.getModifierState("AltGraph");
  return [(event.ctrlKey || event.metaKey) && !event.getModifierState("AltGraph") && "Mod", other && "Alt", shifted && "Shift", named].filter(Boolean).join("+");
}

/** The action that a stroke stands for, or null. */
export function actionOf(stroke, inText) {
  for (const group of GROUPS) {
    if (group.where === "text" && !inText) continue;
    for (const action of Object.keys(group.actions)) if (keysOf(action).includes(stroke)) return action;
  }
  return null;
}

const mac = /Mac|iPhone|iPad/.test(navigator.platform);
const SIGNS = { ArrowRight: "→", ArrowLeft: "←", ArrowUp: "↑", ArrowDown: "↓", " ": "Space", Mod: mac ? "⌘" : "Ctrl", Escape: "Esc", Delete: "Del", Backspace: "⌫" };

/** A stroke as it is written for people. */
export function written(stroke) {
  const parts = stroke === "+" ? ["+"] : stroke.split("+");
  return parts.map((part) => SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(" ");
}
