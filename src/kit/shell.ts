/** A word quoted for a shell's command line. */
export function inShell(word: string): string {
  if (/^[\p{L}\p{N}_./\\:@%+,=-]+$/u.test(word)) return word;
  // The shells of Windows support double quotes too.
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : `"${word}"`;
}
