// Questions to the server. What changes something goes through queue.js.

/** An answer that says no: what the library or the server refused, and why. */
export class Refused extends Error {
  constructor(status, error) {
    super(error?.message ?? `the server answered ${status}`);
    this.status = status;
    this.kind = error?.kind ?? "";
    this.codes = error?.codes ?? [];
    this.retry = error?.retry ?? status >= 500;
  }
}

/** Ask for JSON. Throws `Refused`, or a TypeError when there is no server. */
export async function ask(path, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null));
  return read(await fetch(query.size ? `${path}?${query}` : path, { headers: { Accept: "application/json" } }));
}

/** Send JSON and return the answer. */
export async function send(path, body) {
  return read(await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }));
}

/** Send a file, which becomes a document. */
export async function sendFile(file) {
  const path = `/api/documents?${new URLSearchParams({ name: file.name })}`;
  return read(await fetch(path, { method: "POST", headers: { "X-Action-Id": crypto.randomUUID() }, body: file }));
}

async function read(response) {
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Refused(response.status, body?.error);
  return body;
}
