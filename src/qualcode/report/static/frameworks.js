"use strict";
/* The framework matrix: which cases are shown under a filter by a variable, and in which order. */

const caseRows = [...document.querySelectorAll("tr[data-case]")].map((row, at) => ({ row, at, values: JSON.parse(row.dataset.case) }));

/** Show the cases that have the value that is filtered by, or all. */
function filterCases({ variable, value }) {
  for (const { row, values } of caseRows) row.hidden = Boolean(variable) && !(values[variable] ?? []).includes(value);
}

/** Put the cases of each table in the order of a variable's values; those without one come last. */
function sortCases(variable) {
  const order = DATA.variables.find((each) => each.name === variable)?.values ?? [];
  const place = ({ values, at }) => {
    const found = (values[variable] ?? []).map((value) => order.indexOf(value)).filter((each) => each >= 0);
    return [found.length ? Math.min(...found) : order.length, at];
  };
  const sorted = caseRows.map((each) => [place(each), each.row]).sort(([[a, i]], [[b, j]]) => a - b || i - j);
  for (const [, row] of sorted) row.parentNode.append(row);
}

function startCases() {
  const box = document.getElementById("cases-sort");
  const names = DATA.variables.map((each) => each.name).filter((name) => caseRows.some(({ values }) => name in values));
  if (!box || !names.length) return;
  const choice = box.querySelector("select");
  choice.append(make("option", { value: "" }, "name"), ...names.map((name) => make("option", { value: name }, name)));
  choice.addEventListener("change", () => sortCases(choice.value));
  box.hidden = false;
}
