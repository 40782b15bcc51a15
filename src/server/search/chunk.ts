import type { TokenLengths } from "./tokenizer.ts";

/** How to cut a text: the API allows 100 to 4,096 tokens, and an overlap of at most half of that. */
export interface ChunkSize {
  maxTokens: number;
  overlapTokens: number;
}

/** A part of a text that search returns as a unit. `start` is where it begins in the text, in UTF-16 code units. */
export interface Chunk {
  start: number;
  text: string;
  tokens: number;
}

/**
 * Cuts a text into chunks that cover it in order. Each has `maxTokens` tokens, and the next one begins `overlapTokens`
 * before its end; where that would be inside a character, the cut is before the character.
 */
export function chunkText(text: string, { maxTokens, overlapTokens }: ChunkSize, tokenLengths: TokenLengths): Chunk[] {
  const boundaries = tokenBoundaries(text, tokenLengths(text));
  const last = boundaries.length - 1;
  const chunks: Chunk[] = [];
  let from = 0;
  let to = 0;
  while (to < last) {
    if (to > 0) from = wholeAt(boundaries, to - overlapTokens);
    to = wholeAt(boundaries, Math.min(from + maxTokens, last));
    const [start, end] = [boundaries[from] ?? 0, boundaries[to] ?? text.length];
    chunks.push({ start, text: text.slice(start, end), tokens: to - from });
  }
  return chunks;
}

const insideCharacter = -1;

/** Where each token begins, in UTF-16 code units, and finally where the text ends. */
function tokenBoundaries(text: string, lengths: number[]): number[] {
  const boundaries = [0];
  let at = 0;
  let bytes = 0;
  let wanted = 0;
  for (const length of lengths) {
    wanted += length;
    while (bytes < wanted) {
      const codePoint = text.codePointAt(at) ?? 0;
      bytes += bytesOf(codePoint);
      at += codePoint > 0xffff ? 2 : 1;
    }
    boundaries.push(bytes === wanted ? at : insideCharacter);
  }
  return boundaries;
}

function bytesOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

function wholeAt(boundaries: number[], index: number): number {
  let whole = index;
  while (boundaries[whole] === insideCharacter) whole -= 1;
  return whole;
}
