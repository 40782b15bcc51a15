import { readFileSync, readdirSync } from "node:fs";
import { compareText } from "../../kit/json.ts";
import { publishedFile } from "../../kit/package-files.ts";

/** The sorted names of the documentation pages in the package, without extension. */
export function pageNames(): string[] {
  return readdirSync(publishedFile("docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.slice(0, -".md".length))
    .toSorted(compareText);
}

/** The Markdown of a page. */
export function readPage(name: string): string {
  return readFileSync(publishedFile(`docs/${name}.md`), "utf8");
}

/** The first heading of a page, as text. */
export function titleOf(markdown: string): string {
  return /^# (.+)$/m.exec(markdown)?.[1] ?? "";
}
