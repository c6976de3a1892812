// What others do, as it happens: the server's events, from the place in the log where this page stands.

import { set, state } from "./store.js";
import { send } from "./api.js";
import { flush } from "./queue.js";

/** The name of this page among those that are open: one coder can have several. */
const page = crypto.randomUUID();

/** Tell the others which document is open here. */
export function tellWhere(document) {
  send("/api/here", { page, document }).catch(() => {}); // who is where is a courtesy: without a server there is nobody to tell
}

/** Listen to the server: `change(change)` for each, `reload()` when too much happened. Returns what begins anew, for another coder. */
export function listenToServer({ change, reload }) {
  let source = null;
  let again = 0;

  const connect = () => {
    source?.close();
    const since = { page, since: state.project.place, document: state.doc?.id ?? "" };
    source = new EventSource(`/api/events?${new URLSearchParams(since)}`);
    source.addEventListener("open", () => {
      if (state.connection !== "on") reload();
      set({ connection: "on" });
      flush();
    });
    source.addEventListener("error", () => {
      if (state.connection === "on") set({ connection: "off" });
      // A browser gives up for good after an answer that is no stream, such as that of a server that just started.
      if (source.readyState === EventSource.CLOSED) {
        clearTimeout(again);
        again = setTimeout(connect, 2000);
      }
    });
    source.addEventListener("change", (event) => change(JSON.parse(event.data)));
    source.addEventListener("here", (event) => set({ here: JSON.parse(event.data).here }));
    source.addEventListener("reload", () => reload());
    source.addEventListener("trouble", (event) => set({ trouble: JSON.parse(event.data).message }));
  };

  connect();
  // A page that goes away frees its connection, of which a browser has six for one server.
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (event) => event.persisted && connect());
  return connect;
}
