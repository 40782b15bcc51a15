import { cpSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Brings what is read at run time and not compiled (Python and other files of their own kind) beside the built code. */
const [source, built] = ["../src", "../dist"].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
if (source === undefined || built === undefined) throw new Error("unreachable");
cpSync(source, built, {
  recursive: true,
  filter: (file) => statSync(file).isDirectory() || !/\.(ts|pyc)$/.test(file),
});
