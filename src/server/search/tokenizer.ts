/** Splits a text into tokens and returns the length of each in UTF-8 bytes; together they are the complete text. */
export type TokenLengths = (text: string) => number[];

/** The tokenizer of OpenAI's embedding models, cl100k_base; its table is large, so it is loaded when first needed. */
export async function loadTokenizer(): Promise<TokenLengths> {
  const [{ encode }, { default: tokens }] = await Promise.all([
    import("gpt-tokenizer/encoding/cl100k_base"),
    import("gpt-tokenizer/bpeRanks/cl100k_base"),
  ]);
  const asText = { disallowedSpecial: new Set<string>() };
  const lengthOf = (token: number): number => {
    const bytes = tokens[token];
    if (bytes === undefined) throw new Error(`token ${token} is not in the table`);
    return typeof bytes === "string" ? Buffer.byteLength(bytes) : bytes.length;
  };
  return (text) => pieces(text).flatMap((piece) => encode(piece, asText).map(lengthOf));
}

/**
 * Merging takes time that grows with the square of an unbroken run of letters, so a long text is encoded in pieces: split
 * before a word, which no token crosses, or in the middle of a run that is longer than any word.
 */
function pieces(text: string): string[] {
  return text.match(/[^]{1,4096}(?=\s\S|$)|[^]{1,512}/gu) ?? [];
}
