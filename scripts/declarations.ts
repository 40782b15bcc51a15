import { execFileSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

const repository = join(import.meta.dirname, "..");

/** The entries of the package that have types, by their paths from `src/` without ending. */
const entries = ["api/api", "api/server", "api/vitest", "targets/bundle/open-bundle"];

/** Writes the declarations of the package's entries into a folder, with those of the modules whose types they name. */
export function declare(folder: string): void {
  const made = mkdtempSync(join(repository, "node_modules/.declarations-"));
  try {
    const config = join(made, "tsconfig.json");
    const compilerOptions = {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      stripInternal: true,
      // `npm run check:types` has done that.
      noCheck: true,
      rootDir: join(repository, "src"),
      outDir: made,
      typeRoots: [join(repository, "node_modules/@types")],
    };
    const ambient = globSync("src/**/*.d.ts", { cwd: repository });
    const files = [...entries.map((entry) => `src/${entry}.ts`), ...ambient].map((file) => join(repository, file));
    writeFileSync(
      config,
      JSON.stringify({ extends: join(repository, "tsconfig.json"), compilerOptions, include: [], files }),
    );
    execFileSync(process.execPath, [join(repository, "node_modules/typescript/bin/tsc"), "-p", config], {
      stdio: "inherit",
    });
    for (const file of reached(made)) cpSync(join(made, file), join(folder, file));
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** The declaration files that the entries name, directly or through others. */
function reached(made: string): Set<string> {
  const files = new Set(entries.map((entry) => `${entry}.d.ts`));
  for (const file of files) {
    const text = readFileSync(join(made, file), "utf8");
    for (const [, named = ""] of text.matchAll(/(?:from |import\()"(\.[^"]+)\.[jt]s"/g))
      files.add(normalize(`${join(dirname(file), named)}.d.ts`));
  }
  return files;
}
