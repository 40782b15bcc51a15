import { chmodSync, cpSync, globSync, readdirSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { isBuiltin } from "node:module";
import { type Plugin, rolldown } from "rolldown";
import { bundlePage } from "./bundle-page.ts";

const repository = join(import.meta.dirname, "..");
const source = join(repository, "src");

/** What keeps its path: what a person starts, and what starts as a thread. */
const entries = [
  "bin",
  "api/api",
  "api/server",
  "api/vitest",
  "targets/bundle/open-bundle",
  "scenarios/stubs/module-thread",
  "server/python/pyodide/worker",
  "server/search/reader/worker",
];

/**
 * Packages that are taken into ours. Of a tokenizer one table is used, a tenth of its package; the others are loaded by most commands, and
 * a hundred small files take as long to load as Node itself.
 */
const inlined = [
  "gpt-tokenizer",
  "yaml",
  "diff",
  "commander",
  "yoctocolors",
  "@marcbachmann/cel-js",
  "hono",
  "@hono/node-server",
];

/**
 * Reads only the used exports of Node's own modules. An `import` reads all of them, which for `node:http` loads a web socket and a second
 * client. Chunks that also run on unsupported versions of Node, to report them, keep their imports.
 */
const builtins: Plugin = {
  name: "builtins",
  generateBundle(_options, bundle) {
    const chunks = Object.values(bundle).filter((each) => each.type === "chunk");
    const kept = new Set(["bin.js", "chunks/problem.js", "chunks/problem-text.js"]);
    for (const name of kept)
      for (const each of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) kept.add(each);
    for (const chunk of chunks.filter(({ fileName }) => !kept.has(fileName))) chunk.code = withoutImports(chunk.code);
  },
};

function withoutImports(code: string): string {
  return code.replaceAll(/^import (.+?) from "(?:node:)?([\w/]+)";$/gm, (whole, names: string, name: string) => {
    if (!isBuiltin(`node:${name}`)) return whole;
    const [, some] = /^\{(.*)\}$/.exec(names) ?? [];
    const wanted = some === undefined ? names.replace(/^\* as /, "") : `{${some.replaceAll(" as ", ": ")}}`;
    return `const ${wanted} = globalThis.process.getBuiltinModule("node:${name}");`;
  });
}

/**
 * Writes the built package's code to a folder, in place of what is there: the entries, a file for what is loaded together, and the files that
 * are read as they are. Packages that we depend on stay outside, but for `inlined`. Comments say which module of ours begins where (`// src/kit/json.ts`).
 */
export async function bundle(folder: string, more: readonly string[] = []): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const build = await rolldown({
    cwd: repository,
    input: Object.fromEntries([...entries, ...more].map((entry) => [entry, join(source, `${entry}.ts`)])),
    platform: "node",
    external: (id) =>
      !id.startsWith(".") && !isAbsolute(id) && !inlined.some((name) => `${id}/`.startsWith(`${name}/`)),
    plugins: [builtins],
    onLog(_level, log) {
      throw new Error(log.message);
    },
  });
  await build.write({
    dir: folder,
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
    // It finds files from where it is itself, so it must never become a part of an entry.
    codeSplitting: { groups: [{ name: "package-files", test: /kit\/package-files\.ts$/ }] },
  });
  await build.close();
  for (const file of globSync("**/*.py", { cwd: source })) cpSync(join(source, file), join(folder, file));
  for (const name of inlined) {
    const from = join(repository, "node_modules", name);
    const license = readdirSync(from).find((file) => /^license/i.test(file));
    if (license === undefined) throw new Error(`${name} comes without its license`);
    cpSync(join(from, license), join(folder, "licenses", `${name}.txt`));
  }
  await bundlePage(join(folder, "page"));
  chmodSync(join(folder, "bin.js"), 0o755);
}
