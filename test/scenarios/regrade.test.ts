import { expect, test } from "vitest";
import type { Model } from "../../src/server/models/model.ts";
import { regraded } from "../../src/scenarios/regrade.ts";
import { embedded } from "./embedded.ts";
import { scenario } from "./scenario.ts";

/** A model that says one text a run. */
function saying(...texts: string[]): Model {
  return {
    async *respond() {
      yield { kind: "text", delta: texts.shift() ?? "" };
      yield { kind: "finish", reason: "stop" };
    },
    list: async () => [],
  };
}

test.each<[string, string[], boolean]>([
  ["all", ["yes", "no", "yes"], true],
  ["any", ["no", "no", "yes"], true],
  ["60%", ["no", "yes", "yes"], true],
  ["all", ["yes", "yes", "yes"], false],
  ["all", ["yes", "no"], false],
])(
  "runs that were repeated on the command line (%s, %j) are judged to the same result again",
  async (pass, said, allRuns) => {
    const file = scenario(
      `assistant: a\nrepeat: { runs: 1, pass: "${pass}" }\nturns: [{ user: hi, expect: { reply: { contains: "yes" } } }]`,
    );
    const asked = { ...file, repeat: { ...file.repeat, runs: 3 } };
    const { run } = await embedded([asked], { model: saying(...said) });
    const [result] = await run([asked], { jobs: 1, trying: { retries: 1, confirm: 0, allRuns } });
    if (result === undefined) throw new Error("no result");
    const nobody = () => Promise.reject(new Error("nothing is asked"));
    expect(await regraded(result, file, nobody, new AbortController().signal)).toEqual(result);
  },
);
