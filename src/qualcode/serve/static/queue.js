// What is done waits here until the server has it on the disk. It is in the browser's own store first, so that neither a server
// that is down nor a page that is closed loses a coding. Each action has an id made here, so sending it twice does it once.

import { Refused, send } from "./api.js";
import { keep, readKept } from "./kept.js";
import { set, state } from "./store.js";

const PREFIX = "qualcode.waiting.";
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;

const replies = new Map(); // id → {resolve, reject}, of actions of this page
let sending = false;
let pause = FIRST_PAUSE;
let timer = 0;
let onDone = () => {};

/** Tell what becomes of each action: `done(change, item, result)`. */
export function whenDone(done) {
  onDone = done;
}

/** Do something. Resolves with the server's result once it is durable; rejects with `Refused`.
 *
 * What is refused stays in a list until somebody has seen it; `quiet` is for callers that answer a refusal themselves. */
export function act(action, args, { show = null, quiet = false } = {}) {
  const item = {
    id: crypto.randomUUID(),
    project: state.project.id,
    coder: state.project.me,
    action,
    arguments: args,
    show, // how the page draws it while it waits
    quiet,
    at: Date.now(),
  };
  keep(PREFIX + item.id, item);
  set({ waiting: [...state.waiting, item] });
  const reply = new Promise((resolve, reject) => replies.set(item.id, { resolve, reject }));
  // Who does not wait for the answer still sees a refusal, in the list of what was refused.
  reply.catch(() => {});
  flush();
  return reply;
}

/** Take up what an earlier page of this project could not send. */
export function takeUp() {
  const items = [];
  for (const key of Object.keys(localStorage)) {
    if (!key.startsWith(PREFIX)) continue;
    const item = readKept(key, null);
    if (item?.project === state.project.id) items.push(item);
  }
  items.sort((one, other) => one.at - other.at);
  set({ waiting: items.filter((item) => !item.refused), refused: items.filter((item) => item.refused) });
  flush();
}

/** Send what waits, in its order, as far as the server takes it. */
export async function flush() {
  if (sending) return;
  clearTimeout(timer);
  sending = true;
  try {
    for (;;) {
      const item = state.waiting.find((each) => each.coder === state.project.me && each.project === state.project.id);
      if (!item) break;
      await deliver(item);
    }
    pause = FIRST_PAUSE;
  } catch {
    timer = setTimeout(flush, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  } finally {
    sending = false;
  }
}

async function deliver(item) {
  let answer;
  try {
    const { id, project, coder, action } = item;
    answer = await send("/api/do", { id, project, coder, action, arguments: item.arguments });
  } catch (error) {
    const closed = error.status === 401 || error.kind === "OtherProject";
    if (!(error instanceof Refused) || error.retry || closed) {
      set({ connection: closed ? "closed" : "off" });
      throw error;
    }
    forget(item);
    set({ connection: "on" });
    if (!item.quiet) list({ ...item, refused: error.message });
    onDone(null, item, null);
    replies.get(item.id)?.reject(error);
    replies.delete(item.id);
    return;
  }
  forget(item);
  set({ connection: "on" });
  onDone(answer.change, item, answer.result);
  replies.get(item.id)?.resolve(answer.result);
  replies.delete(item.id);
}

function forget(item) {
  localStorage.removeItem(PREFIX + item.id);
  set({ waiting: state.waiting.filter((each) => each.id !== item.id) });
}

// What was refused is kept with its reason, also over a reload: it may be an hour's memo.
function list(item) {
  keep(PREFIX + item.id, item);
  set({ refused: [...state.refused, item] });
}

/** Take an action off the list of what was refused. */
export function dismiss(item) {
  localStorage.removeItem(PREFIX + item.id);
  set({ refused: state.refused.filter((each) => each.id !== item.id) });
}

/** Send an action again that was refused. */
export function again(item) {
  dismiss(item);
  return act(item.action, item.arguments, { show: item.show });
}
