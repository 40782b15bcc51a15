import { Unparsable } from "./unparsable.ts";

/** Decodes utf-8 (ascii is part of it) and utf-16, the encodings that the API accepts. Throws Unparsable for any other. */
export function decodeText(bytes: Uint8Array): string {
  for (const encoding of candidates(bytes)) {
    const text = attempt(encoding, bytes);
    if (text !== null && !text.includes("\0")) return text;
  }
  throw new Unparsable(
    "invalid_file",
    "The file could not be parsed because its encoding is not one of utf-8, utf-16 or ascii.",
  );
}

/** A byte order mark decides; without one, zero bytes show which byte of each utf-16 pair is the high one. */
function candidates([first, second]: Uint8Array): string[] {
  if (first === 0xff && second === 0xfe) return ["utf-16le"];
  if (first === 0xfe && second === 0xff) return ["utf-16be"];
  if (first === 0) return ["utf-16be"];
  return second === 0 ? ["utf-16le"] : ["utf-8"];
}

function attempt(encoding: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
