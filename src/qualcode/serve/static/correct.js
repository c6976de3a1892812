// A correction of the text in place: what was selected can be edited; what was coded stays on its words.

import { html, useRef, useState } from "./preact-htm.js";
import { send } from "./api.js";
import { Dialog } from "./parts.js";
import { passageOf } from "./model.js";
import { act } from "./queue.js";
import { set, state } from "./store.js";
import { t } from "./words.js";

const plain = (text) => text.replace(/\r\n?/g, "\n");

/** The piece that was changed: where it is in the text that was there, and what is there now; null when nothing is.
 *
 * A field knows "\n" only. Outside of the piece the line ends of the text stay as they are. */
export function changedPiece(was, now) {
  const before = plain(was);
  if (before === now) return null;
  let same = 0;
  while (same < before.length && before[same] === now[same]) same++;
  let end = 0;
  while (end < Math.min(before.length, now.length) - same && before.at(-1 - end) === now.at(-1 - end)) end++;
  // A span is never empty, so an insertion takes a letter beside it along; and no pair of UTF-16 units is cut.
  if (same + end >= before.length && before.length) same > 0 ? same-- : end--;
  while (same > 0 && isLow(before[same])) same--;
  while (end > 0 && isLow(before.at(-end))) end--;
  const [ending] = was.match(/\r\n|\r/) ?? ["\n"];
  // A place in the field is as much further on in the text as there are pairs of \r\n before it.
  const places = [...was.matchAll(/\r\n/g)].map((match, at) => match.index - at);
  const raw = (place) => place + places.filter((each) => each < place).length;
  return { start: raw(same), end: raw(before.length - end), text: now.slice(same, now.length - end).replaceAll("\n", ending) };
}

const isLow = (unit) => unit !== undefined && unit >= "\udc00" && unit <= "\udfff";

/** `dialog` is {start, end} in UTF-16 units of the open document. */
export function CorrectDialog({ dialog }) {
  const { doc } = state;
  const was = doc.text.slice(dialog.start, dialog.end);
  const form = useRef();
  const [error, setError] = useState("");
  const [told, setTold] = useState([]);
  const close = () => set({ dialog: null });
  const argumentsNow = () => {
    const fields = new FormData(form.current);
    const piece = changedPiece(was, plain(fields.get("text")));
    if (!piece) return null;
    const { start, end, text: fresh } = piece;
    const { document, ...span } = passageOf({ start: dialog.start + start, end: dialog.start + end });
    return { document, edits: [{ ...span, text: fresh }], reason: fields.get("reason").trim() || undefined };
  };
  const look = async () => {
    const now = argumentsNow();
    if (!now) return setTold([]);
    try {
      const preview = await send("/api/preview", { action: "correct", arguments: now });
      setTold([preview.told].flat());
      setError("");
    } catch (problem) {
      setError(problem.message);
    }
  };
  const save = async (event) => {
    event.preventDefault();
    const now = argumentsNow();
    if (!now) return close();
    try {
      await act("correct", now, { quiet: true });
      close();
    } catch (problem) {
      setError(problem.message);
    }
  };
  return html`<${Dialog} title=${t("correct")} close=${close} wide>
    <form ref=${form} onSubmit=${save}>
      <p class="hint">${t("correct-hint")}</p>
      <label>${t("text")}<textarea name="text" class="reading" rows="8" dir="auto" autofocus onChange=${look}>${plain(was)}</textarea></label>
      <label>${t("reason")}<input name="reason" placeholder=${t("reason-hint")} /></label>
      ${told.length > 0 && html`<ul class="preview">${told.map((line) => html`<li>${line}</li>`)}</ul>`}
      ${error && html`<p class="error" role="alert">${error}</p>`}
      <div class="buttons"><button type="button" onClick=${close}>${t("cancel")}</button><button class="main">${t("save")}</button></div>
    </form>
  <//>`;
}
