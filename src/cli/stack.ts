import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sourceFile } from "../kit/package-files.ts";

const own = sourceFile("").href;
/** What is in a built file before the code of each module. */
const heading = "// src/";

/**
 * An error's text, in which each place in a built file has our module beside it:
 * `at f (file:///.../dist/chunks/load.js:12:3, src/kit/json.ts)`.
 */
export function withModules(stack: string): string {
  return stack.replaceAll(/(file:\/\/[^\s()]+\.js):(\d+):\d+/g, (place, url: string, line: string) => {
    const found = url.startsWith(own) ? moduleAt(url, Number(line)) : undefined;
    return found === undefined ? place : `${place}, ${found}`;
  });
}

/** Reads files, as happens once before the end; a file that cannot be read tells nothing. */
function moduleAt(url: string, line: number): string | undefined {
  try {
    const lines = readFileSync(fileURLToPath(url), "utf8").split("\n").slice(0, line);
    return lines.findLast((each) => each.startsWith(heading))?.slice("// ".length);
  } catch {
    return undefined;
  }
}
