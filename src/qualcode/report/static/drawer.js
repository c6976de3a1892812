"use strict";
/* The drawer at the side: the segments behind a number, a document's text, what was searched for. */

const drawer = document.getElementById("drawer");
let lastNumber = null;  // the link that opened the drawer
let shownAddress = "";  // of what the drawer shows
const drawerBody = document.getElementById("drawer-body");

/** Open the drawer with a title, a line below it, and a function that puts in what it shows. */
function openDrawer(title, line, draw) {
  document.getElementById("drawer-title").textContent = title;
  document.getElementById("drawer-count").textContent = line;
  shownAddress = location.hash;
  document.getElementById("drawer-address").value = location.pathname.split("/").pop() + shownAddress;
  drawerBody.replaceChildren();
  if (!drawer.open) drawer.showModal();
  draw(drawerBody);
  drawerBody.scrollTop = 0;
}

function showSegments(title, segments, count) {
  const told = toldOf(count.filter);
  const line = `${many(segments.length, "segment")} in ${many(documentsOf(segments).size, "document")}${told ? `; ${told}` : ""}`;
  openDrawer(title, line, (body) => {
    const list = make("ol", { class: "quotes" });
    body.append(list);
    fill(list, segments, (segment) => quoteItem(segment, count), { root: body });
    if (!segments.length) body.append(make("p", { class: "note" }, "No segment is behind this number with this filter."));
  });
}

function showNumber(target) {
  const { count, segments } = segmentsBehind(target);
  const names = target.kind === "pair" ? [target.nodes.map((node) => node.name).join(" and ")] : [target.node.name];
  if (target.document !== undefined) names.push(DATA.documents.name[target.document]);
  showSegments(names.join(" in "), segments, count);
}

function showDocument({ document: document_, segment }) {
  let coded = 0;
  for (let each = FIRST_SEGMENT[document_]; each < FIRST_SEGMENT[document_ + 1]; each++) coded += codingOf(each, counted).size > 0;
  const here = many(coded, "coded segment");
  const part = DATA.documents.whole[document_] ? "" : "; only the coded passages are in this file";
  openDrawer(DATA.documents.name[document_], here + part, (body) => {
    const text = make("div", { class: "text" }, ...linesOf(document_, counted).map((line) => lineElement(line, counted)));
    body.append(textOf(document_) ? text : make("p", { class: "note" }, "It has no text here."));
  });
  if (segment === undefined) return;
  const marks = [...drawerBody.querySelectorAll("mark")].filter((mark) => mark.dataset.segments.split(" ").includes(String(segment)));
  for (const mark of marks) mark.classList.add("lit");
  marks[0]?.scrollIntoView({ block: "center" });
}

function showSearch({ words }) {
  const found = searched(words);
  const line = found.told;
  openDrawer(`“${words}”`, line, (body) => {
    for (const part of found.parts) {
      if (!part.items.length) continue;
      const list = make(part.quotes ? "ol" : "ul", { class: part.quotes ? "quotes" : "hits" });
      body.append(make("h3", {}, part.title), list);
      fill(list, part.items, part.draw, { root: body });
    }
    if (!found.parts.some((part) => part.items.length)) body.append(make("p", { class: "note" }, "Nothing in this report has these words."));
  });
}

// Closing leads back to where a reader was, and takes the number out of the address but not the filter.
drawer.addEventListener("close", () => {
  if (location.hash === shownAddress) history.replaceState(null, "", `#${suffixOf(counted.filter)}`);
  lastNumber?.focus({ preventScroll: true });
});
drawer.addEventListener("click", (event) => {
  if (event.target === drawer || event.target.closest("[data-close]")) drawer.close();
});
document.getElementById("drawer-address").addEventListener("focus", (event) => event.target.select());

