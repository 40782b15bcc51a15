import { createHash } from "node:crypto";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { bundle } from "../scripts/bundle.ts";

// A test that needs a process of Playbill starts the built package, which is ready three times as fast as the sources. It is built before
// the tests, in a folder whose name tells the state of all that it is made from, so that what is out of date is never tested.

declare module "vitest" {
  interface ProvidedContext {
    /** Path of the built package's `dist/bin.js`. */
    bin: string;
  }
}

const repository = join(import.meta.dirname, "..");
const packages = join(repository, "node_modules");
/** What else decides about a build: the lock, and what makes it. */
const tools = [
  "package-lock.json",
  "tsconfig.json",
  "scripts/bundle.ts",
  "scripts/bundle-page.ts",
  "scripts/declarations.ts",
];
/** How many builds are kept: several, for several runs of tests may go on at once. */
const kept = 6;

export async function setup(project: TestProject): Promise<() => void> {
  const cache = cacheFolder();
  const provide = async () => project.provide("bin", join(await builtPackage(cache), "dist/bin.js"));
  await provide();
  project.onTestsRerun(provide);
  return () => {
    if (!cache.startsWith(packages)) fs.rmSync(cache, { recursive: true });
  };
}

/** The folder of the package as it would be published now. */
async function builtPackage(cache: string): Promise<string> {
  const { files } = JSON.parse(fs.readFileSync(join(repository, "package.json"), "utf8")) as { files: string[] };
  const published = ["package.json", ...files.filter((name) => name !== "dist" && !name.startsWith("!"))];
  const folder = join(cache, hashOf([...published, ...tools, "src"]));
  if (!fs.existsSync(folder)) await build(folder, cache, published);
  fs.utimesSync(folder, new Date(), new Date());
  return folder;
}

/** Below the installed packages, which a build needs; or in a temporary folder with a link to them, for somebody who may not write there. */
function cacheFolder(): string {
  const usual = join(packages, ".cache/playbill-builds");
  try {
    fs.mkdirSync(usual, { recursive: true });
    fs.accessSync(usual, fs.constants.W_OK);
    return usual;
  } catch {
    const other = fs.mkdtempSync(join(tmpdir(), "playbill-builds-"));
    fs.symlinkSync(packages, join(other, "node_modules"));
    return other;
  }
}

async function build(folder: string, cache: string, published: readonly string[]): Promise<void> {
  removeOldBuilds(cache);
  const made = fs.mkdtempSync(join(cache, "unfinished-"));
  // Some tests start it as somebody else.
  fs.chmodSync(made, 0o755);
  await bundle(join(made, "dist"));
  for (const name of published) fs.cpSync(join(repository, name), join(made, name), { recursive: true });
  try {
    fs.renameSync(made, folder);
  } catch (error) {
    // Another run of tests may have built the same meanwhile.
    if (!fs.existsSync(folder)) throw error;
    fs.rmSync(made, { recursive: true });
  }
}

function removeOldBuilds(cache: string): void {
  const builds = fs.readdirSync(cache).map((name) => join(cache, name));
  const byUse = builds.toSorted((one, other) => fs.statSync(other).mtimeMs - fs.statSync(one).mtimeMs);
  for (const old of byUse.slice(kept - 1)) fs.rmSync(old, { recursive: true, force: true });
}

/** The hash of files and folders of the repository, their names and all that is in them. */
function hashOf(names: readonly string[]): string {
  const hash = createHash("sha256");
  const add = (name: string) => {
    const path = join(repository, name);
    if (fs.statSync(path).isDirectory())
      return fs
        .readdirSync(path)
        .toSorted()
        .forEach((each) => add(join(name, each)));
    const content = fs.readFileSync(path);
    hash.update(`${name} ${content.length}\n`).update(content);
  };
  names.toSorted().forEach(add);
  return hash.digest("hex").slice(0, 16);
}
