import { readFile, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { checkLinks } from "./links.ts";
import { pages, sourceOf } from "./pages.ts";
import { writeTwins } from "./twins.ts";

/** Completes the built site in a folder, and prints where it is. Throws when a link leads nowhere, or the navigation does not have each page of docs/ once. */
export async function finishSite(folder: string): Promise<void> {
  const written = await readdir(join(import.meta.dirname, "../docs"));
  const sources = pages.map(sourceOf);
  const missing = written
    .map((name) => `docs/${name}`)
    .filter((path) => path.endsWith(".md") && !sources.includes(path));
  const repeated = sources.filter((source, index) => sources.indexOf(source) !== index);
  const wrong = [...missing, ...repeated];
  if (wrong.length > 0) throw new Error(`site/pages.ts must list each page once: ${wrong.join(", ")}`);
  await writeTwins(folder);
  const { count, broken } = checkLinks(await filesOf(folder));
  if (broken.length > 0) throw new Error(`links of the site that lead nowhere:\n${broken.join("\n")}`);
  console.log(
    `\n${pages.length} pages with ${count} links in ${relative(process.cwd(), folder)}, for any static server.`,
  );
  console.log("To look at them: npm run docs:preview");
}

/** The files under a folder as texts, by their paths from it. */
async function filesOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(relative(folder, path), await readFile(path, "utf8"));
  }
  return files;
}
