/** One server-sent event; `event` is empty when it has no name. */
export interface ServerSentEvent {
  event: string;
  data: string;
}

/**
 * Server-sent events (WHATWG HTML, section 9.2), from bytes split anywhere. Comments and other fields are ignored; an event without data is
 * dropped, and one at the end of the stream without its blank line counts.
 */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  let data: string[] = [];
  let event = "";
  for await (const line of readLines(bytes)) {
    if (line.startsWith("data:")) data.push(valueOf(line, "data:"));
    else if (line.startsWith("event:")) event = valueOf(line, "event:");
    if (line !== "") continue;
    if (data.length > 0) yield { event, data: data.join("\n") };
    data = [];
    event = "";
  }
  if (data.length > 0) yield { event, data: data.join("\n") };
}

function valueOf(line: string, field: string): string {
  return line.slice(line.startsWith(`${field} `) ? field.length + 1 : field.length);
}

/** Lines that end with `\n`, `\r\n` or `\r`, from UTF-8 split anywhere, even within a character or a line end. */
async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let begun = "";
  let held = "";
  for await (const piece of bytes) {
    const text = held + decoder.decode(piece, { stream: true });
    // The next piece shows whether it is half of a line end.
    held = text.endsWith("\r") ? "\r" : "";
    const [rest = "", ...more] = text.slice(0, text.length - held.length).split(/\r\n|\n|\r/);
    begun += rest;
    for (const line of more) {
      yield begun;
      begun = line;
    }
  }
  begun += decoder.decode();
  if (begun !== "" || held !== "") yield begun;
}
