/** One word of a shell's command line. */
export function inShell(word: string): string {
  if (/^[\p{L}\p{N}_./\\:@%+,=-]+$/u.test(word)) return word;
  // Double quotes are known to the shells of Windows too.
  return /["$`\\!]/.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : `"${word}"`;
}
