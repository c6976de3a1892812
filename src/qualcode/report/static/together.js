"use strict";
/* What goes together: themes by themes, and the pairs of codes that meet most often. */

const PAIRS = 25;

function drawMeetings(box) {
  const rollup = DATA.rollups.find((each) => each.id === box.dataset.meetings);
  const columns = themesByDomain(rollup).filter(({ node }) => counted.segments(node.codes).length);
  const table = meetings(counted, columns.map(({ node }) => node.codes)), n = columns.length;
  const met = Array.from(table).filter((_, at) => Math.floor(at / n) > at % n);
  const ends = heatEnds(met.reduce((most, each) => Math.max(most, each), 0));
  const pair = (one, other) => `pair/theme/${[rollup.id, columns[one].node.id, columns[other].node.id].map(encodeURIComponent).join("/")}`;
  const rows = columns.map(({ node }, row) => make("tr", {}, make("th", { scope: "row" }, node.name),
    ...columns.slice(0, row + 1).map((_, column) => (row === column
      ? make("td", { class: "own" }, numberLink(table[row * n + row], addressOf(node, rollup.id)))
      : heatCell(table[row * n + column], ends, pair(row, column))))));
  box.querySelector("table").replaceChildren(heatHead("Theme", columns, null), make("tbody", {}, ...rows));
  box.querySelector(".legend").replaceWith(legend(ends, "Both"));
  writeDomains(box, columns);
  box.hidden = n < 2;
}

/** Return the pairs of codes that meet, those that meet most often first. */
function pairsOfCodes() {
  const codes = DATA.codes.id.map((_, code) => code).filter((code) => counted.byCode[code].length);
  const table = meetings(counted, codes.map((code) => [code])), n = codes.length;
  const pairs = [];
  for (let one = 0; one < n; one++) for (let other = one + 1; other < n; other++) {
    const both = table[one * n + other];
    if (!both) continue;
    const own = [table[one * n + one], table[other * n + other]];
    pairs.push({ codes: [codes[one], codes[other]], both, own, jaccard: both / (own[0] + own[1] - both) });
  }
  return pairs.sort((a, b) => b.both - a.both || b.jaccard - a.jaccard);
}

/** Return normalised pointwise mutual information: 0 as by chance, 1 always together. */
function npmi({ both, own }, n) {
  if (n === null) return NaN;
  return both === n ? NaN : Math.log((both * n) / (own[0] * own[1])) / -Math.log(both / n);
}

function drawPairs(box) {
  const pairs = pairsOfCodes(), n = allUnits(counted);
  const code = (each) => encodeURIComponent(DATA.codes.id[each]);
  const number = (text) => make("td", { class: "num" }, text);
  box.querySelector("tbody").replaceChildren(...pairs.slice(0, PAIRS).map((pair) => make("tr", {},
    make("td", {}, chip(pair.codes[0])), make("td", {}, chip(pair.codes[1])),
    number(numberLink(pair.both, `pair/code/${pair.codes.map(code).join("/")}`)),
    ...pair.own.map((own, at) => number(numberLink(own, `code/${code(pair.codes[at])}`))),
    number(decimal(pair.jaccard)), number(decimal(npmi(pair, n))))));
  const hidden = pairs.length - PAIRS;
  box.querySelector("[data-hidden]").textContent = hidden > 0 ? `${many(hidden, "more pair")} of codes meet at least once.` : "";
  box.querySelector(".scroll").hidden = !pairs.length;
}
