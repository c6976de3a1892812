// The codes that were used last, newest first; kept in the browser.

import { keep, readKept } from "./kept.js";
import { codeOf, set, state } from "./store.js";

const MOST = 9;
const key = () => `qualcode.recent.${state.project.id}`;

export const readRecent = () => set({ recent: readKept(key(), []) });

/** Remember that a code was used. Those that are on the keys already stay where they are. */
export function used(code) {
  set({ lastCode: code });
  if (state.recent.includes(code)) return;
  const recent = [code, ...state.recent].slice(0, MOST);
  keep(key(), recent);
  set({ recent });
}

/** The recent codes that can still be assigned. */
export const recentCodes = () => state.recent.map(codeOf).filter((code) => code?.codable && code.status === "live");
