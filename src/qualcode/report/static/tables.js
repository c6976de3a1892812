"use strict";
/* The tables of themes and the numbers of codes: counted anew when a filter changes. */

/** Write the numbers of each row that stands for a node: bars, counts, shares and intervals. */
function countTables() {
  for (const table of document.querySelectorAll("[data-table]")) {
    const rows = [...table.querySelectorAll("[data-node]")].map((row) => ({ row, node: readAddress(row.dataset.node)?.node }));
    const numbers = rows.map(({ node }) => counted.of(node.codes, DATA.count));
    const placed = rows.map(({ row }, at) => ("outside" in row.dataset ? 0 : numbers[at]));
    const widest = Math.max(0, ...placed);
    const base = counted.base(DATA.count), documents = counted.nDocuments;
    rows.forEach(({ row, node }, at) => {
      writeCounts(row, node);
      const n = counted.of(node.codes, "documents");
      // What is in no theme is no finding whose share is to be true of others.
      const ends = documents && node.id !== "unassigned" ? wilson(n, documents) : null;
      drawBar(row, numbers[at], widest, DATA.count === "documents" ? ends : null, documents);
      write(row, "[data-share]", numbers[at] !== null && base ? perCent(numbers[at] / base) : "–");
      write(row, "[data-interval]", ends && n ? ends.map(perCent).join("–").replace("%–", "–") : "–");
    });
  }
  for (const entry of document.querySelectorAll(".entry[data-node]")) {
    const { node } = readAddress(entry.dataset.node);
    writeCounts(entry, node);
    const told = entry.querySelector("[data-told]");
    if (told) told.textContent = `${many(counted.of(node.codes, "segments"), "segment")} in ${many(counted.of(node.codes, "documents"), "document")}`;
  }
}

/** Write each number of an element that says what it counts. */
function writeCounts(element, node) {
  for (const cell of element.querySelectorAll("[data-count]")) {
    const number = counted.of(node.codes, cell.dataset.count);
    if (number === null) writeOwn(cell);
    else cell.replaceChildren(numberLink(number, element.dataset.node));
  }
}

/** A policy of somebody's own is counted by the library alone: its numbers hold without a filter. */
function writeOwn(cell) {
  cell.own ??= [...cell.childNodes];
  cell.replaceChildren(...(counted.isWhole ? cell.own : ["–"]));
}

function write(element, selector, text) {
  const cell = element.querySelector(selector);
  if (cell && DATA.count !== null) cell.textContent = text;
}

function drawBar(row, number, widest, ends, base) {
  const bar = row.querySelector("rect"), line = row.querySelector("path");
  if (!bar || number === null) return;
  const width = (each) => Math.min(100, widest ? (100 * each) / widest : 0).toFixed(2);
  bar.setAttribute("width", width(number));
  line?.setAttribute("d", ends && number ? `M${width(ends[0] * base)} 6H${width(ends[1] * base)}` : "");
}

// The highest level of a rollup by the values of a variable, or by who speaks

/** Return what can be compared: variables, and speakers and roles where anybody is known to speak. */
function comparable() {
  const named = new Set(DATA.variables.map((each) => each.name));
  const spoken = [["role", DATA.voices.roles], ["speaker", DATA.voices.names]]
    .filter(([name, choices]) => choices.length && !named.has(name))
    .map(([name, choices]) => ({ name, values: choices.map((each) => each.label) }));
  return [...DATA.variables, ...spoken];
}

function countCompared(box) {
  if (box.hidden) return;  // there is nothing to compare by
  const rollup = DATA.rollups.find((each) => each.id === box.dataset.compare);
  const chosen = comparable().find((each) => each.name === box.querySelector("select").value);
  const nodes = rollup.nodes.filter((node) => node.level === rollup.top && node.id !== "unassigned");
  const rows = nodes.length ? nodes : DATA.codes.id.map((id) => nodeOf("code", "", id));
  const policy = DATA.count ?? "documents";
  const groups = chosen.values.map((value) => {
    const filter = within(counted.filter, { variable: chosen.name, value });
    return { value, count: countedBy(filter) };
  });
  const shares = policy === "documents";
  const size = (group) => (shares ? group.count.nDocuments : 1);
  const lengths = rows.map((node) => groups.map((group) => (size(group) ? group.count.of(node.codes, policy) / size(group) : 0)));
  const longest = Math.max(0, ...lengths.flat());
  box.querySelector("table").replaceChildren(
    make("thead", {}, make("tr", {}, make("td"), ...groups.map((group) =>
      make("th", { scope: "col", dir: "auto" }, group.value, make("small", {}, many(group.count.nDocuments, "document")))))),
    make("tbody", {}, ...rows.map((node, at) => make("tr", {},
      make("th", { scope: "row" }, node.name),
      ...groups.map((group, column) => comparedCell(node, rollup, chosen, group, lengths[at][column] / longest, policy))))));
}

function comparedCell(node, rollup, chosen, group, length, policy) {
  const number = group.count.of(node.codes, policy);
  const address = `${addressOf(node, rollup.id)}/in/value/${encodeURIComponent(chosen.name)}/${encodeURIComponent(group.value)}`;
  const bar = make("svg", { viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" },
    make("rect", { width: (100 * (length || 0)).toFixed(1), height: 12 }));
  const share = policy === "documents" && group.count.nDocuments ? make("small", {}, perCent(number / group.count.nDocuments)) : null;
  return make("td", {}, bar, numberLink(number, address), share);
}

/** Return the choice that divides the documents most evenly: the one whose largest group leaves most to the others. */
function mostEven(choices) {
  const several = choices.filter((each) => each.values.length > 1);
  const largest = (each) => (each.of ? Math.max(...each.values.map((_, at) => each.of.filter((values) => values.includes(at)).length)) : Infinity);
  return several.reduce((best, each) => (largest(each) < largest(best) ? each : best), several[0] ?? choices[0]);
}

function startComparing() {
  for (const box of document.querySelectorAll("[data-compare]")) {
    const choices = comparable();
    if (!choices.length) continue;
    const select = box.querySelector("select");
    select.append(...choices.map((each) => make("option", { value: each.name }, each.name)));
    select.value = DATA.by.find((name) => choices.some((each) => each.name === name)) ?? mostEven(choices).name;
    select.addEventListener("change", () => countCompared(box));
    box.hidden = false;
  }
}
