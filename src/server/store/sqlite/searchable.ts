/** Chinese, Japanese and Thai are written without spaces; each character becomes a word, so that parts of a sentence are found. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu;

/** A text as it is handed to the index, which splits at what is neither letter nor digit and stems what is left. */
export function searchable(text: string): string {
  return text.normalize("NFKC").replaceAll(unspaced, " $& ");
}
