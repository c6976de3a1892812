// Colours of codes: the codebook's own, fitted to light and dark by the style sheet, told apart within a family.

const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
const classes = new Map();

/** Write a custom property for each code. Codes of one family have one colour; there each gets a shade of its own. */
export function setColours(codes) {
  const seen = new Map();
  classes.clear();
  const lines = codes.map((code, at) => {
    const alike = seen.get(code.colour) ?? 0;
    seen.set(code.colour, alike + 1);
    classes.set(code.id, `--code-${at}`);
    // Steps of the golden angle never come back to the same hue; small, so that the family stays one.
    const turn = alike ? Math.round(((alike * 137.5) % 70) - 35) : 0;
    const lift = alike ? (((alike * 7) % 5) - 2) * 0.035 : 0;
    return `--code-${at}: oklch(from ${safe(code.colour)} calc(clamp(var(--l-min), l, var(--l-max)) + ${lift}) c calc(h + ${turn}));`;
  });
  sheet.replaceSync(`:root { ${lines.join("\n")} }`);
}

/** The colour of a code as a value for a style. */
export function colourOf(code) {
  const name = classes.get(code);
  return name ? `var(${name})` : "var(--soft)";
}

// A colour is written into a style sheet, so nothing but a colour gets there.
function safe(colour) {
  return /^#[0-9a-f]{6}$/i.test(colour) ? colour : "#808080";
}
