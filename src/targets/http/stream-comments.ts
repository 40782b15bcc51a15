/** What `onComment` is told is at most so long, in characters; longer comments are nothing that it waits for. */
const longest = 1_000;

/** Takes the pieces of a stream of server-sent events, and tells the comments in them, each as the whole line. */
export function createCommentReader(onComment: (line: string) => void): (piece: Uint8Array) => void {
  const decoder = new TextDecoder();
  /** The begin of a line that is not over yet; `null` when it is no comment, or too long. */
  let begun: string | null = "";
  return (piece) => {
    const [rest = "", ...lines] = decoder.decode(piece, { stream: true }).split(/\r?\n/);
    begun = lengthened(begun, rest);
    for (const line of lines) {
      if (begun?.startsWith(":") === true) onComment(begun.replace(/\r$/, ""));
      begun = lengthened("", line);
    }
  };
}

function lengthened(begun: string | null, more: string): string | null {
  if (begun === null) return null;
  const line = begun + more;
  return line.length > longest || !(line === "" || line.startsWith(":")) ? null : line;
}
