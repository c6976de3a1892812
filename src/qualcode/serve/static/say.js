// What a screen reader says of the cursor. Only the newest is said.

const region = document.getElementById("aloud");

export function say(text) {
  region.textContent = text;
}
