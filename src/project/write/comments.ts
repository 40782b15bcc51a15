import type { NotWritten } from "./writing.ts";

/** What is not written is above the rest of a file, as the API gave it. */
export function commentsOf(notWritten: readonly NotWritten[]): string {
  return notWritten
    .map(({ field, what }) => `# Not here: ${field}, ${what}\n`.replaceAll(/\p{Cc}(?!$)/gu, " "))
    .join("");
}
