/**
 * The data of server-sent events (WHATWG HTML, section 9.2), from bytes cut anywhere. Comments and other fields are passed over;
 * an event that the end of the stream leaves without its blank line counts.
 */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  let data: string[] = [];
  for await (const line of readLines(bytes)) {
    if (line.startsWith("data:")) data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
    if (line !== "" || data.length === 0) continue;
    yield data.join("\n");
    data = [];
  }
  if (data.length > 0) yield data.join("\n");
}

/** Lines that end with `\n`, `\r\n` or `\r`, of UTF-8 cut anywhere, also within a character or a line end. */
async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of bytes) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest.replace(/\r$/, "");
}
