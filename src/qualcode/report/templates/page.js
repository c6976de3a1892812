"use strict";
(() => {
  const data = JSON.parse(document.getElementById("record").textContent);
  const behind = data.segments.map((steps) => { let at = 0; return steps.map((step) => (at += step)); });
  const unitsOf = (segment) => (data.units ? data.units[segment] : [data.documents[segment]]);
  const drawer = document.getElementById("drawer");
  const body = document.getElementById("drawer-body");
  const several = (n, one) => `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;

  // Each listed segment stands in the list of its codes; what is shown elsewhere is a copy of that.
  const listed = new Map();
  for (const item of document.querySelectorAll(".quotes > li")) {
    const segment = Number(item.dataset.s);
    listed.set(segment, [...(listed.get(segment) || []), item]);
  }

  function segmentsOf(nodes, only) {  // only: the documents in which they count, where not in all
    let found = behind[nodes[0]];
    if (nodes.length === 2) {
      const [first, second] = nodes.map((node) => new Set(behind[node].flatMap(unitsOf)));
      const carriesBoth = (segment) => unitsOf(segment).some((unit) => first.has(unit) && second.has(unit));
      found = [...new Set([...found, ...behind[nodes[1]]])].filter(carriesBoth).sort((a, b) => a - b);
    }
    return only ? found.filter((segment) => only.has(data.documents[segment])) : found;
  }

  const names = [...document.querySelectorAll("details.document > summary .name")].map((name) => name.textContent);

  function headOf(cell) {
    const rows = cell.closest("table").tHead.rows;
    return rows[rows.length - 1].cells[cell.cellIndex];
  }

  function show(title, segments, { total = segments.length, near = null } = {}) {
    document.getElementById("drawer-title").textContent = title;
    const documents = new Set(segments.map((segment) => data.documents[segment]));
    const missing = total - segments.length;
    document.getElementById("drawer-count").textContent =
      `${several(segments.length, "segment")} in ${several(documents.size, "document")}` +
      (missing > 0 ? `; ${several(missing, "more segment")} not listed on this page` : "");
    body.replaceChildren();
    let last, list;
    for (const segment of segments) {
      const from = data.documents[segment];
      if (from !== last) {
        const heading = document.createElement("h3");
        heading.textContent = names[from];
        list = document.createElement("ol");
        list.className = "quotes";
        body.append(heading, list);
        last = from;
      }
      const items = listed.get(segment) || [];
      const own = items.find((item) => near && near.contains(item));
      const copy = (own || items[0]).cloneNode(true);
      copy.classList.toggle("elsewhere", !own);
      copy.querySelector(".context").textContent = "in its context";
      list.append(copy);
    }
    drawer.showModal();
    body.scrollTop = 0;
  }

  function open(link) {
    const nodes = link.dataset.n.split(" ").map(Number);
    const { d: one, g: group } = link.dataset;
    const only = one !== undefined ? new Set([Number(one)]) : group !== undefined ? new Set(data.groups[group]) : null;
    const heading = nodes.map((node) => data.names[node]);
    if (one !== undefined) heading.push(names[one]);
    if (group !== undefined) heading.push(headOf(link.closest("td")).firstChild.textContent.trim());
    const total = nodes.length === 1 && !only ? data.totals[nodes[0]] : undefined;
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const near = target && target.classList.contains("entry") ? target : null;
    show(heading.join(nodes.length === 2 ? " and " : ", "), segmentsOf(nodes, only), { total, near });
  }

  function light(from) {
    const wanted = new Set(from ? from.dataset.s.split(" ") : []);
    const scope = from ? from.closest(".text") : document;
    for (const mark of scope.querySelectorAll(from ? "mark" : "mark.lit")) {
      mark.classList.toggle("lit", mark.dataset.s.split(" ").some((segment) => wanted.has(segment)));
    }
  }

  function reveal() {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    target.scrollIntoView();
    const mark = target.classList.contains("at") && target.parentElement.querySelector(`mark[data-s~="${target.id.slice(1)}"]`);
    if (mark) light(mark);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link && link.dataset.n) {
      event.preventDefault();
      open(link);
    } else if (link && link.hash) {
      drawer.close();
      if (link.hash === location.hash) reveal();
    } else if (event.target.closest("mark")) {
      const segments = event.target.closest("mark").dataset.s.split(" ").map(Number);
      show("Coded here", segments.filter((segment) => listed.has(segment)), { total: segments.length });
    } else if (event.target === drawer || event.target.closest("dialog button")) {
      drawer.close();
    }
  });
  document.addEventListener("mouseover", (event) => {
    const chip = event.target.closest(".tags .chip");
    if (chip) light(chip);
  });
  document.addEventListener("mouseout", (event) => { if (event.target.closest(".tags .chip")) light(null); });
  addEventListener("hashchange", reveal);
  reveal();

  // What a cell stands for, without a title written into each of thousands
  document.addEventListener("mouseover", (event) => {
    const cell = event.target.closest(".heat tbody td");
    if (!cell || cell.title) return;
    cell.title = `${cell.parentElement.cells[0].textContent} · ${headOf(cell).textContent}`;
  });

  for (const button of document.querySelectorAll(".order")) {
    const rows = button.closest("section").querySelector(".heat tbody");
    const asListed = [...rows.rows];
    const total = (row) => Number(row.cells[row.cells.length - 1].textContent.replace(/\D/g, ""));
    button.hidden = false;
    button.addEventListener("click", () => {
      const pressed = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", pressed);
      rows.append(...(pressed ? [...asListed].sort((a, b) => total(b) - total(a)) : asListed));
    });
  }
})();
