"use strict";
/* Making elements. Words of documents and codes only ever become text: the page's policy allows no HTML from them. */

/** Return an element: make("a", {href: "#x", class: "n"}, "3"). An attribute that is null or false is left out. */
function make(tag, attributes = {}, ...children) {
  const element = tag === "svg" || tag === "rect" || tag === "path"
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const grouped = (number) => number.toLocaleString("en", { maximumFractionDigits: 2 });
const perCent = (share) => `${(100 * share).toFixed(0)}%`;
const decimal = (number) => (Number.isFinite(number) ? number.toFixed(2).replace("-", "−") : "–");
const many = (number, one) => `${grouped(number)} ${one}${number === 1 ? "" : "s"}`;

/** Return the address of something on this page in full, as it can be sent. */
const addressed = (address) => `${location.href.split("#")[0]}#${address}`;

/** Return a number as a link to its segments; a plain 0 where there are none. */
function numberLink(count, address) {
  return count ? make("a", { class: "n", href: addressed(address + suffixOf(counted.filter)) }, grouped(count)) : "0";
}

function chip(code) {
  const id = encodeURIComponent(DATA.codes.id[code]);
  return make("a", { class: `chip k${DATA.codes.colour[code]}`, href: addressed(`codebook/${id}`) }, DATA.codes.name[code]);
}

/** Add what a function makes of each item: some now, the others when a reader comes near the end of the list. */
function fill(list, items, draw, { first = 30, root = null } = {}) {
  let at = 0;
  const more = make(list.tagName === "TBODY" ? "tr" : "li", { class: "more" }, list.tagName === "TBODY" ? make("td", {}, "…") : "…");
  const add = (n) => {
    const until = Math.min(items.length, at + n);
    const made = [];
    for (; at < until; at++) made.push(draw(items[at]));
    more.remove();
    list.append(...made);
    if (at < items.length) list.append(more);
    else watching.disconnect();
  };
  const watching = new IntersectionObserver(
    (entries) => { if (entries.some((entry) => entry.isIntersecting)) add(60); },
    { root, rootMargin: "600px" },
  );
  watching.observe(more);
  add(first);
  list.whole = () => add(items.length);
}
