import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sourceFile } from "../kit/package-files.ts";

const own = sourceFile("").href;
/** The text before the code of each module in a built file. */
const heading = "// src/";

/**
 * An error's text, with the source module added to each place in a built file:
 * `at f (file:///.../dist/chunks/load.js:12:3, src/kit/json.ts)`.
 */
export function withModules(stack: string): string {
  return stack.replaceAll(/(file:\/\/[^\s()]+\.js):(\d+):\d+/g, (place, url: string, line: string) => {
    const found = url.startsWith(own) ? moduleAt(url, Number(line)) : undefined;
    return found === undefined ? place : `${place}, ${found}`;
  });
}

/** The module at a line of a built file. Reads the file, which happens once before exit; `undefined` when it cannot be read. */
function moduleAt(url: string, line: number): string | undefined {
  try {
    const lines = readFileSync(fileURLToPath(url), "utf8").split("\n").slice(0, line);
    return lines.findLast((each) => each.startsWith(heading))?.slice("// ".length);
  } catch {
    return undefined;
  }
}
