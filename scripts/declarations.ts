import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

const repository = join(import.meta.dirname, "..");

/**
 * Writes the declarations of the package's entries into a folder, by their paths from `src/` without ending: of each one file, in which only
 * what the entry exports, and what that is made of, is left.
 */
export async function declare(folder: string, entries: readonly string[]): Promise<void> {
  const made = mkdtempSync(join(repository, "node_modules/.declarations-"));
  try {
    const config = join(made, "tsconfig.json");
    const compilerOptions = {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
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
    const build = await rolldown({
      input: Object.fromEntries(entries.map((entry) => [entry, join(made, `${entry}.d.ts`)])),
      plugins: [dts({ dtsOnly: true, tsconfig: false, generator: "oxc" })],
      external: (id) => !id.startsWith(".") && !id.startsWith("/"),
    });
    await build.write({ dir: folder, chunkFileNames: "api/[name].d.ts" });
    await build.close();
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}
