// Lanes: each coding has one for its whole length, so that codings that overlap lie side by side.

// Two codings in one line of the page look joined when they share a lane, so neighbours within a line count as overlapping.
const LINE = 80;

/** Give each coding a lane, the lowest that is free, in the order of the text. Changes `lane` of each. */
export function giveLanes(codings) {
  const ends = [];
  const inOrder = [...codings].sort((one, other) => one.a - other.a || other.z - one.z);
  for (const coding of inOrder) {
    let lane = ends.findIndex((end) => end + LINE <= coding.a);
    if (lane < 0) lane = ends.length;
    ends[lane] = coding.z;
    coding.lane = lane;
  }
  return ends.length;
}

/** The lowest lane that none of a coding's neighbours has. */
export function freeLane(coding, neighbours) {
  const taken = new Set();
  for (const each of neighbours) {
    if (each !== coding && each.a < coding.z + LINE && coding.a < each.z + LINE) taken.add(each.lane);
  }
  let lane = 0;
  while (taken.has(lane)) lane++;
  return lane;
}

/** Cut a row where codings begin and end: [start, end, codings by lane] without gaps. */
export function pieces(row, codings) {
  const cuts = new Set([row.start, row.end]);
  for (const each of codings) {
    cuts.add(Math.max(row.start, each.a));
    cuts.add(Math.min(row.end, each.z));
  }
  const places = [...cuts].sort((one, other) => one - other);
  const byLane = [...codings].sort((one, other) => one.lane - other.lane);
  const found = [];
  for (let at = 0; at + 1 < places.length; at++) {
    const [start, end] = [places[at], places[at + 1]];
    found.push([start, end, byLane.filter((each) => each.a <= start && each.z >= end)]);
  }
  return found;
}
