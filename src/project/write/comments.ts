import type { NotWritten } from "./writing.ts";

/** Comments for the top of a file about parts that were not written, in the API's format. */
export function commentsOf(notWritten: readonly NotWritten[]): string {
  return notWritten
    .map(({ field, what }) => `# Not here: ${field}, ${what}\n`.replaceAll(/\p{Cc}(?!$)/gu, " "))
    .join("");
}
