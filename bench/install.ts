import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./commands.ts";
import type { Measurement } from "./measurement.ts";
import { temporaryFolder } from "./project.ts";

/** What an installation brings along: packs the package and installs it in an empty folder. */
export async function install(): Promise<Measurement[]> {
  const { path, remove } = await temporaryFolder();
  const npm = (...args: string[]): string => execFileSync("npm", args, { cwd: path, encoding: "utf8" });
  const [packed] = JSON.parse(npm("pack", root, "--json", "--ignore-scripts")) as [{ filename: string; size: number }];
  npm("init", "--yes");
  npm("install", "--omit=dev", "--no-audit", "--no-fund", `./${packed.filename}`);
  const installed = sizeOf(join(path, "node_modules"));
  const packages = npm("ls", "--all", "--parseable").trim().split("\n").length - 1;
  await remove();
  return [
    { name: "package, packed", value: packed.size / 1e6, unit: "MB", target: null, peer: null },
    { name: "installed, with all dependencies", value: installed / 1e6, unit: "MB", target: 70, peer: null },
    { name: "packages installed", value: packages, unit: "packages", target: 35, peer: null },
  ];
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
