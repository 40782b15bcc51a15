import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type PageEntry, home, pageGroups, pages, sitePath, sourceOf, tagline } from "./pages.ts";

const root = join(import.meta.dirname, "..");

/** Writes the files for programs beside the HTML: each page as Markdown, `llms.txt` with a line about each page, `llms-full.txt` with all of them. */
export async function writeTwins(folder: string): Promise<void> {
  const texts = new Map<PageEntry, string>();
  for (const entry of pages)
    texts.set(entry, twin(sourceOf(entry), await readFile(join(root, sourceOf(entry)), "utf8")));
  for (const [{ page }, text] of texts) await writeFile(join(folder, `${page}.md`), text);
  await cp(join(root, "docs/pictures"), join(folder, "pictures"), { recursive: true });
  await writeFile(join(folder, "llms.txt"), llmsText(texts));
  // In one file, an anchor needs the page that has it.
  const parts = [...texts].map(([{ page }, text]) => text.replaceAll("](#", `](${page}.md#`));
  await writeFile(join(folder, "llms-full.txt"), parts.join("\n"));
}

/** The Markdown of a page with its links as they are in the site, without the commands that only the tests run. */
function twin(source: string, markdown: string): string {
  return markdown
    .replaceAll(/^<!-- run\n[^]*?^-->\n\n?/gm, "")
    .replaceAll(/(?<=\]\()[^()\s]+(?=\))/g, (link) => sitePath(source, link));
}

/** The list of pages in the format of llmstxt.org. */
function llmsText(texts: ReadonlyMap<PageEntry, string>): string {
  const line = (entry: PageEntry) => `- [${titleOf(texts.get(entry) ?? "")}](${entry.page}.md): ${entry.description}`;
  const sections = pageGroups.map((group) => `## ${group.title}\n\n${group.pages.map(line).join("\n")}\n`);
  return [
    `# Playbill\n\n> ${tagline}\n`,
    `[The introduction](${home.page}.md) has the two jobs in short. All pages in one file: [llms-full.txt](llms-full.txt).\n`,
    ...sections,
  ].join("\n");
}

/** The first heading of a page, as text. */
function titleOf(markdown: string): string {
  return (/^# (.+)$/m.exec(markdown)?.[1] ?? "").replaceAll("`", "");
}
