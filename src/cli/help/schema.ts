import { readFileSync, readdirSync } from "node:fs";
import { compareText } from "../../kit/json.ts";
import { publishedFile } from "../../kit/package-files.ts";
import { suggest } from "../../kit/words.ts";
import { fail, advice } from "../../problem.ts";
import type { World } from "../world.ts";

const ending = ".schema.json";

/** `playbill schema [kind]`: prints the JSON Schema of a kind of file; without a kind, lists the kinds. */
export async function schema({ stdout }: World, kind: string | undefined): Promise<number> {
  const kinds = readdirSync(publishedFile("schemas"))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .toSorted(compareText);
  if (kind === undefined) {
    stdout.write(kinds.map((each) => `${each}\n`).join(""));
    return 0;
  }
  if (!kinds.includes(kind)) {
    const meant = suggest(kind, kinds);
    return fail(
      "bad_flag",
      `there is no schema called ${JSON.stringify(kind)}`,
      meant === undefined
        ? advice(`Schemas: ${kinds.join(", ")}.`)
        : advice({ purpose: "Did you mean", command: `playbill schema ${meant}` }),
    );
  }
  stdout.write(readFileSync(publishedFile(`schemas/${kind}${ending}`), "utf8"));
  return 0;
}
