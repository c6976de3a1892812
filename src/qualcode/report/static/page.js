"use strict";
/* The page as a whole: filters, addresses, and drawing what a reader comes to. */

const DRAWN = [["[data-matrix]", drawMatrix], ["[data-meetings]", drawMeetings], ["[data-pairs]", drawPairs], ["[data-compare]", countCompared]];

const form = document.getElementById("filters");

function startFilters() {
  const choices = {
    coder: DATA.coders.map((coder) => [coder.id, coder.kind === "person" ? coder.name : `${coder.name} (${coder.kind})`]),
    group: DATA.variables.flatMap((variable) => variable.values.map((value) => [JSON.stringify([variable.name, value]), `${variable.name}: ${value}`])),
    speaker: DATA.voices.names.map(({ label }) => [label, label]),
    role: DATA.voices.roles.map(({ label }) => [label, label]),
  };
  for (const [name, options] of Object.entries(choices)) {
    const field = form.elements[name];
    field.append(...options.map(([value, label]) => make("option", { value }, label)));
    field.closest("label").hidden = options.length < (name === "coder" ? 2 : 1);
  }
  form.addEventListener("change", () => filterBy(chosenFilter()));
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("reset").addEventListener("click", () => filterBy(EVERYTHING));
  form.hidden = false;
}

function chosenFilter() {
  const [variable, value] = form.group.value ? JSON.parse(form.group.value) : ["", ""];
  return { coder: form.coder.value, variable, value, speaker: form.speaker.value, role: form.role.value };
}

/** Let a filter through, count everything anew, and put it into the address. */
function filterBy(filter, { address = true } = {}) {
  counted = countedBy(filter);
  form.coder.value = filter.coder;
  form.group.value = filter.variable ? JSON.stringify([filter.variable, filter.value]) : "";
  form.speaker.value = filter.speaker;
  form.role.value = filter.role;
  const told = toldOf(filter);
  document.getElementById("filtered").textContent = told
    ? `Numbers below: ${told}; ${many(counted.nDocuments, "document")}, ${many(counted.segments(DATA.codes.id.map((_, at) => at)).length, "segment")}. What is not counted again says so.`
    : "";
  document.getElementById("reset").hidden = !told;
  document.body.classList.toggle("filtered", Boolean(told));
  countTables();
  filterCases(filter);
  for (const [selector, draw] of DRAWN) for (const box of document.querySelectorAll(selector)) if (box.drawn) draw(box);
  if (address) history.replaceState(null, "", `#${suffixOf(filter)}`);
}

/** Draw the boxes of a kind once they come near, and all of them before printing. */
function drawLazily() {
  const watching = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) drawOnce(entry.target);
  }, { rootMargin: "500px" });
  for (const [selector] of DRAWN) for (const box of document.querySelectorAll(selector)) watching.observe(box);
}

function drawOnce(box) {
  if (box.drawn) return;
  box.drawn = true;
  DRAWN.find(([selector]) => box.matches(selector))[1](box);
}

function drawAll() {
  for (const [selector] of DRAWN) for (const box of document.querySelectorAll(selector)) {
    drawOnce(box);
    box.whole?.();
  }
}

/** Go where the address says. */
function follow() {
  const hash = location.hash.slice(1);
  const [address, suffix] = hash.includes("?") ? [hash.slice(0, hash.indexOf("?")), hash.slice(hash.indexOf("?"))] : [hash, ""];
  const target = readAddress(address);
  if (!target) {
    if (drawer.open) drawer.close();
    if (suffix) filterBy(filterOf(suffix), { address: false });
    return reveal(address);
  }
  const isNumber = target.kind === "number" || target.kind === "pair";
  if ((isNumber || suffix) && suffixOf(counted.filter) !== suffix) filterBy(filterOf(suffix), { address: false });
  if (isNumber) showNumber(target);
  if (target.kind === "document") showDocument(target);
  if (target.kind === "search") showSearch(target);
}

/** Open what an element lies in, and go there. */
function reveal(id) {
  const target = id && (document.getElementById(id) ?? document.getElementById(decoded(id)));
  if (!target) return;
  for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  target.scrollIntoView();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || link.href.split("#")[0] !== location.href.split("#")[0]) return;
  if (!drawer.contains(link)) lastNumber = link;
  // An address that stands already changes nothing, and has to be followed all the same.
  if (link.hash === location.hash) { event.preventDefault(); follow(); }
});

document.getElementById("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = event.target.words.value.trim();
  lastNumber = event.target.words;
  if (words) location.hash = `search/${encodeURIComponent(words)}`;
});

for (const box of document.querySelectorAll("[data-matrix] select")) box.addEventListener("change", () => drawMatrix(box.closest("[data-matrix]")));

for (const button of document.querySelectorAll("[data-codes]")) {
  button.addEventListener("click", () => {
    const hidden = button.closest("section").classList.toggle("without-codes");
    button.setAttribute("aria-expanded", String(!hidden));
  });
}

document.documentElement.classList.add("script");
startFilters();
startCases();
startComparing();
countTables();
drawLazily();
addEventListener("hashchange", follow);
addEventListener("beforeprint", drawAll);
follow();
// Reading the texts takes longest; done while nothing else is to do, the first number opens at once.
(window.requestIdleCallback ?? setTimeout)(() => textOf(0));
