/** Chinese, Japanese and Thai are written without spaces; each character becomes a word, so that parts of a sentence are found. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu;

/** A text in the form that the index gets; the index splits it at everything but letters and digits, and stems the words. */
export function searchable(text: string): string {
  return text.normalize("NFKC").replaceAll(unspaced, " $& ");
}
