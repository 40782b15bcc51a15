import { createHash } from "node:crypto";
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const repository = join(import.meta.dirname, "..");
const source = join(repository, "src/page");

/** Writes the app of the HTML report to a folder: `app.js`, which needs nothing else, and `app.css`. */
export async function bundlePage(folder: string): Promise<void> {
  const build = await rolldown({
    cwd: repository,
    input: join(source, "main.tsx"),
    platform: "browser",
    tsconfig: join(source, "tsconfig.json"),
    onLog(_level, log) {
      throw new Error(log.message);
    },
  });
  const { output } = await build.generate({ format: "es", minify: true, comments: false });
  await build.close();
  const [{ code }, ...more] = output;
  if (more.length > 0) throw new Error("the page's app must be one file");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "app.js"), code);
  writeFileSync(join(folder, "app.css"), smallCss());
}

/** All style sheets, the one with the variables first, without comments and white space that nothing needs. */
function smallCss(): string {
  const files = globSync("**/*.css", { cwd: source }).toSorted();
  const ordered = ["tokens.css", ...files.filter((file) => file !== "tokens.css")];
  return ordered
    .map((file) => readFileSync(join(source, file), "utf8"))
    .join("\n")
    .replaceAll(/\/\*[^]*?\*\//g, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([{};,]) ?/g, "$1")
    .trim();
}

/** The folder below `cache` with the app as the sources are now; built when it is not there yet. */
export async function cachedPage(cache: string): Promise<URL> {
  const hash = createHash("sha256");
  const parts = ["src/page/**/*", "src/page-data/*", "src/kit/*", "scripts/bundle-page.ts", "package-lock.json"];
  const files = parts.flatMap((part) => globSync(part, { cwd: repository })).map((file) => join(repository, file));
  for (const file of files.toSorted()) if (statSync(file).isFile()) hash.update(file).update(readFileSync(file));
  const folder = join(cache, hash.digest("hex").slice(0, 16));
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    await bundlePage(unfinished);
    try {
      renameSync(unfinished, folder);
    } catch (error) {
      // Another process may have built the same meanwhile.
      if (!existsSync(folder)) throw error;
      rmSync(unfinished, { recursive: true });
    }
  }
  return pathToFileURL(`${folder}/`);
}
