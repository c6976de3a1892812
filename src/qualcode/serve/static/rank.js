// Finding codes by what somebody types.

/** Letters without case and accents. */
export const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();

/** How alike two folded names are, from 0 to 1: the share of pairs of letters that they have in common. */
export function likeness(one, other) {
  if (one === other) return 1;
  const pairs = (text) => Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2));
  const [mine, theirs] = [pairs(one), pairs(other)];
  const left = new Map();
  for (const pair of theirs) left.set(pair, (left.get(pair) ?? 0) + 1);
  let common = 0;
  for (const pair of mine) {
    const count = left.get(pair) ?? 0;
    if (count) {
      common++;
      left.set(pair, count - 1);
    }
  }
  return mine.length + theirs.length ? (2 * common) / (mine.length + theirs.length) : 0;
}

const ALIKE = 0.55;

/** Codes that fit what was typed, best first, and codes with a name much like it, so that nobody makes a code twice. */
export function findCodes(codes, typed, recent = []) {
  const wanted = fold(typed);
  const usable = codes.filter((code) => code.codable && code.status === "live");
  if (!wanted) {
    const late = recent.map((id) => usable.find((code) => code.id === id)).filter(Boolean);
    return { fitting: [...late, ...usable.filter((code) => !late.includes(code))], alike: [], exact: false, recent: late.length };
  }
  const scored = [];
  const alike = [];
  for (const code of usable) {
    const name = fold(code.name);
    const score = scoreOf(name, fold([...code.path, code.name].join(" ")), wanted) + (recent.includes(code.id) ? 0.5 : 0);
    if (score >= 1) scored.push([score, code]);
    else if (likeness(name, wanted) >= ALIKE) alike.push([likeness(name, wanted), code]);
  }
  const best = (list) => list.sort(([one], [other]) => other - one).map(([, code]) => code);
  return { fitting: best(scored), alike: best(alike), exact: codes.some((code) => fold(code.name) === wanted), recent: 0 };
}

function scoreOf(name, path, wanted) {
  if (name === wanted) return 6;
  if (name.startsWith(wanted)) return 5;
  if (name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted))) return 4;
  if (name.includes(wanted)) return 3;
  // Words in any order, each the beginning of a word of the code or of those above it.
  const words = path.split(/[^\p{L}\p{N}]+/u);
  if (wanted.split(/\s+/).every((part) => words.some((word) => word.startsWith(part)))) return 2;
  return 0;
}
