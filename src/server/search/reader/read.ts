import { chunkText } from "../chunk.ts";
import { parseFile } from "../parse/parse.ts";
import { Unparsable } from "../parse/unparsable.ts";
import { loadTokenizer, type TokenLengths } from "../tokenizer.ts";
import type { ReadJob, ReadResult } from "./protocol.ts";

/** The longest text that is indexed, in UTF-16 units: about the five million tokens of the API's own limit. */
const longestText = 20_000_000;

/** Creates a reader of files; the tokenizer is loaded with the first one. */
export function createRead(): (job: ReadJob) => Promise<ReadResult> {
  let tokenizer: Promise<TokenLengths> | undefined;
  return async ({ filename, bytes, size }) => {
    try {
      const text = await parseFile(filename, bytes);
      if (text.length > longestText)
        throw new Unparsable("invalid_file", "The file could not be parsed because it is too large.");
      tokenizer ??= loadTokenizer();
      return { kind: "chunks", chunks: chunkText(text, size, await tokenizer) };
    } catch (error) {
      if (!(error instanceof Unparsable)) throw error;
      return { kind: "unreadable", code: error.code, message: error.message };
    }
  };
}
