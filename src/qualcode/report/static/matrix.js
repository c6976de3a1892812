"use strict";
/* Heat maps: documents, or cases, by themes. Rows are drawn as a reader comes to them. */

const STEPS = 5;

/** Return the highest count of each step of the scale, lowest first. */
function heatEnds(highest) {
  const steps = Math.min(STEPS, highest);
  return Array.from({ length: steps }, (_, at) => Math.ceil((highest * (at + 1)) / steps));
}

/** Return which step a count has, from 1; 0 for none. */
function heatOf(number, ends) {
  if (!number) return 0;
  if (ends.length === 1) return 1 + Math.floor(STEPS / 2);
  const at = ends.findIndex((end) => number <= end);
  // A scale with fewer steps still runs from the palest colour to the strongest.
  return 1 + Math.round((at * (STEPS - 1)) / (ends.length - 1));
}

function legend(ends, unit) {
  const keys = ends.map((end, at) => {
    const low = (ends[at - 1] ?? 0) + 1;
    return make("span", { class: `key h${heatOf(end, ends)}` }, low === end ? grouped(end) : `${grouped(low)}–${grouped(end)}`);
  });
  return make("p", { class: "legend" }, make("span", {}, unit), ...keys);
}

/** Return the themes of a rollup with the domain each belongs to first; codes where it has no themes. */
function themesByDomain(rollup) {
  const of = (level) => rollup.nodes.filter((node) => node.level === level && node.id !== "unassigned");
  const themes = new Map(of("theme").map((node) => [node.id, node]));
  const placed = new Map();
  for (const domain of of("domain")) for (const id of domain.children) if (themes.has(id) && !placed.has(id)) placed.set(id, domain);
  for (const id of themes.keys()) if (!placed.has(id)) placed.set(id, null);
  return [...placed].map(([id, domain]) => ({ node: themes.get(id), domain }));
}

/** Return the domains over runs of columns, null where there is none, each with how many columns it spans. */
function domainsOver(columns) {
  const groups = [];
  for (const { domain } of columns) {
    if (groups.length && groups.at(-1).domain === domain) groups.at(-1).width += 1;
    else groups.push({ domain, width: 1 });
  }
  return groups;
}

/** Tell whether each domain's name has room over its columns, in three lines at the most and without a broken word. */
function haveRoom(groups) {
  return groups.every(({ domain, width }) => !domain
    || (domain.name.length <= 12 * width && domain.name.split(/\s+/).every((word) => word.length <= 4 * width)));
}

/** Say which domains the numbers over the columns stand for, where their names have no room there. */
function writeDomains(box, columns) {
  const groups = domainsOver(columns);
  const named = haveRoom(groups) ? [] : groups.filter((each) => each.domain).map(({ domain }, at) => `${at + 1} ${domain.name}`);
  box.querySelector("[data-domains]").textContent = named.length ? `Above the themes: ${named.join("; ")}.` : "";
}

/** Return the head of a heat map: domains above, numbered where a name has no room, themes upright below. */
function heatHead(corner, columns, last) {
  const groups = domainsOver(columns), named = haveRoom(groups);
  let number = 0;
  const domainHead = ({ domain, width }) => (domain
    ? make("th", { scope: "colgroup", colspan: width, title: domain.name }, named ? make("span", {}, domain.name)
      : make("span", {}, make("span", { "aria-hidden": "true" }, String(number += 1)), make("span", { class: "unseen" }, domain.name)))
    : make("td", { colspan: width }));
  const above = groups.some((each) => each.domain)
    && make("tr", { class: "groups" }, make("td"), ...groups.map(domainHead), last && make("td"));
  return make("thead", {}, above || null, make("tr", { class: "heads" }, make("th", { scope: "col", class: "corner" }, corner),
    ...columns.map(({ node }) => make("th", { scope: "col" }, make("span", {}, node.name))),
    last && make("th", { scope: "col", class: "total" }, make("span", {}, last))));
}

function heatCell(number, ends, address) {
  if (!number) return make("td", { class: "h0" });
  return make("td", { class: `h${heatOf(number, ends)}` }, numberLink(number, address));
}

function drawMatrix(box) {
  const rollup = DATA.rollups.find((each) => each.id === box.dataset.matrix);
  const columns = themesByDomain(rollup);
  const counts = columns.map(({ node }) => byDocument(counted.segments(node.codes)));
  const totals = byDocument(counted.segments([...new Set(columns.flatMap(({ node }) => node.codes))]));
  const there = indices(counted.documents), shown = there.filter((at) => totals[at]);
  if (box.querySelector("select").value === "most") shown.sort((one, other) => totals[other] - totals[one] || one - other);
  const ends = heatEnds(Math.max(0, ...counts.map((column) => column.reduce((most, each) => Math.max(most, each), 0))));
  const row = (at) => {
    const id = encodeURIComponent(DATA.documents.id[at]);
    return make("tr", {}, make("th", { scope: "row" }, documentLink(at)),
      ...columns.map(({ node }, column) => heatCell(counts[column][at], ends, `${addressOf(node, rollup.id)}/in/document/${id}`)),
      make("td", { class: "total" }, grouped(totals[at])));
  };
  const foot = make("tfoot", {}, make("tr", {}, make("th", { scope: "row" }, "Documents"),
    ...columns.map(({ node }) => make("td", {}, numberLink(counted.of(node.codes, "documents"), addressOf(node, rollup.id)))), make("td")));
  const body = make("tbody"), frame = box.querySelector(".scroll");
  box.querySelector("table").replaceChildren(heatHead("Document", columns, "Segments"), body, foot);
  fill(body, shown, row, { first: 40, root: frame });
  box.querySelector(".legend").replaceWith(legend(ends, "Segments"));
  box.querySelector("[data-empty]").textContent = shown.length < there.length
    ? `Of ${many(there.length, "document")}, ${grouped(shown.length)} ${shown.length === 1 ? "has" : "have"} a theme of this rollup; the others are not listed.` : "";
  writeDomains(box, columns);
  frame.hidden = !shown.length;
  box.whole = body.whole;
}
