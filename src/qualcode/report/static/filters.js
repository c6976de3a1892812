"use strict";
/* Which rows count: by coder, by a variable's value, by speaker and role. What is chosen is part of addresses. */

let counted = new Count(EVERYTHING);
const kept = new Map([["", counted]]);  // what was counted before, by the filter in an address

const FILTER_KEYS = ["coder", "speaker", "role"];

/** Return a filter as it stands in an address, such as "?coder=ana&v.site=north"; empty where all counts. */
function suffixOf(filter) {
  const parts = FILTER_KEYS.filter((key) => filter[key]).map((key) => `${key}=${encodeURIComponent(filter[key])}`);
  if (filter.variable) parts.push(`v.${encodeURIComponent(filter.variable)}=${encodeURIComponent(filter.value)}`);
  return parts.length ? `?${parts.join("&")}` : "";
}

/** Return the filter of an address, without what the page does not have. */
function filterOf(suffix) {
  const filter = { ...EVERYTHING };
  for (const part of suffix.replace(/^\?/, "").split("&").filter(Boolean)) {
    const [key, value] = part.split("=").map(decoded);
    if (FILTER_KEYS.includes(key)) filter[key] = value ?? "";
    if (key.startsWith("v.")) Object.assign(filter, { variable: key.slice(2), value: value ?? "" });
  }
  const variable = DATA.variables.find((each) => each.name === filter.variable);
  if (!variable || !variable.values.includes(filter.value)) Object.assign(filter, { variable: "", value: "" });
  if (!NUMBER_OF.coder.has(filter.coder)) filter.coder = "";
  if (!DATA.voices.names.some((each) => each.label === filter.speaker)) filter.speaker = "";
  if (!DATA.voices.roles.some((each) => each.label === filter.role)) filter.role = "";
  return filter;
}

function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

/** Count anew what a filter lets through; what was counted once is remembered. */
function countedBy(filter) {
  const key = suffixOf(filter);
  if (!kept.has(key)) kept.set(key, new Count(filter));
  return kept.get(key);
}

/** Return in words what a filter lets through; empty where that is what counts by the rule. */
function toldOf(filter) {
  const coder = DATA.coders.find((each) => each.id === filter.coder);
  return [
    coder && `coded by ${coder.name}`,
    filter.variable && `${filter.variable}: ${filter.value}`,
    filter.speaker && `said by ${filter.speaker}`,
    filter.role && `said by ${filter.role}s`,
  ].filter(Boolean).join("; ");
}
