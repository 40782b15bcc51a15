import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { judge } from "../../../src/scenarios/judge.ts";
import type { ScenarioResult } from "../../../src/scenarios/results/result.ts";
import { createHandlers, type HandlerSource } from "../../../src/scenarios/stubs/handlers.ts";
import { embedded } from "../embedded.ts";
import { folder } from "../folder.ts";
import { scenario } from "../scenario.ts";

/** Modules and a program that write what they were told into a log. */
const code = {
  "scenarios/seed.ts": `import { appendFileSync } from "node:fs";
export default ({ vars, saved }, { call }) => {
  appendFileSync(import.meta.dirname + "/log", call.name + " " + JSON.stringify({ vars, saved }) + "\\n");
  return { id: "C-" + vars.shop, list: [1, 2] };
};`,
  "scenarios/fail.ts": 'export default () => { throw new Error("no database"); };',
  "scenarios/hang.ts": "export default () => new Promise(() => setInterval(() => {}, 1000));",
  "scenarios/clean.mjs": `import { appendFileSync } from "node:fs"; import { text } from "node:stream/consumers";
appendFileSync("log", "clean " + process.argv[2] + " " + JSON.stringify(JSON.parse(await text(process.stdin)).saved) + "\\n"); console.log("cleaned");`,
};
const clean = (argument: string) => `{ command: [${process.execPath}, ./clean.mjs, "${argument}"] }`;

interface Played {
  result: ScenarioResult;
  log: string[];
  yaml: string;
}

/** Runs one scenario whose stages are these, of one turn, in a project with the code above. */
async function playStages(stages: string, turns = "", stop?: AbortController): Promise<Played> {
  const root = await folder(code);
  const yaml = `assistant: a\nvars: { shop: main }\n${stages}\n${turns || turn}`;
  const one = scenario(yaml);
  const { deps, run } = await embedded([one]);
  const source = createHandlers({ root, env: process.env, print: () => {} });
  deps.handlers = stop === undefined ? source : stoppedByTheFirstModule(source, stop);
  const [result] = await run([one], stop === undefined ? {} : { signal: stop.signal });
  if (result === undefined) throw new Error("there is a result");
  const log = await readFile(join(root, "scenarios/log"), "utf8").catch(() => "");
  return { result, log: log.trim().split("\n"), yaml };
}

/** Somebody stops the run as soon as a module has begun. */
function stoppedByTheFirstModule(source: HandlerSource, stop: AbortController): HandlerSource {
  return {
    open(run) {
      const handlers = source.open(run);
      return {
        ...handlers,
        runModule(...call) {
          const running = handlers.runModule(...call);
          stop.abort();
          return running;
        },
      };
    },
  };
}

const turn =
  'turns: [{ user: "Hello, ${{ saved.customer }}", script: [{ say: "Hi ${{ saved.customer }}" }], expect: { reply: { contains: "${{ saved.customer }}" } } }]';

test("what set-up saves is there for the turns and for what comes after, and in the record", async () => {
  const stages = `setup: [{ module: ./seed.ts, save: { customer: $.id, second: "$.list[1]" } }]
teardown: [${clean("${{ saved.customer }}-${{ saved.second }}")}]`;
  const { result, log, yaml } = await playStages(stages);
  expect(result).toMatchObject({ status: "passed", problems: [] });
  expect(result.record?.turns[0]?.user).toBe("Hello, C-main");
  expect(log).toEqual(['setup {"vars":{"shop":"main"},"saved":{}}', 'clean C-main-2 {"customer":"C-main","second":2}']);
  expect(result.record).toMatchObject({
    setup: { saved: { customer: "C-main" }, steps: [{ run: "./seed.ts", error: null }] },
    teardown: { steps: [{ error: null }] },
  });
  if (result.record === null) throw new Error("there is a record");
  expect(judge(result.record, scenario(yaml)).every(({ pass }) => pass)).toBe(true);
});

test.each([
  ["throws", "{ module: ./fail.ts }", "setup: no database"],
  ["takes too long", "{ module: ./hang.ts, timeout: 30ms }", "setup: ./hang.ts took longer than 30 ms"],
  ["ends with an error", '{ command: [node, -e, "process.exit(3)"] }', "setup: node exited with code 3"],
  ["gives nothing to save", "{ module: ./seed.ts, save: { x: $.nope } }", "the result has no $.nope"],
])(
  "set-up that %s makes the scenario errored; nothing is said, and what comes after is run",
  async (_, step, words) => {
    const { result, log } = await playStages(
      `setup: [{ module: ./seed.ts, save: { customer: $.id } }, ${step}]\nteardown: [${clean("${{ saved.customer }}")}]`,
    );
    expect(result).toMatchObject({ status: "errored", record: null, attempts: [{ status: "errored" }] });
    expect(result.problems).toMatchObject([{ code: "setup_failed", kind: "input", place: { line: 3 } }]);
    expect(result.problems[0]?.message).toContain(words);
    expect(log.at(-1)).toBe('clean C-main {"customer":"C-main"}');
  },
);

test("what comes after is run to its end, whatever fails in it; the verdict stays", async () => {
  const { result, log } = await playStages(
    `setup: [{ module: ./seed.ts, save: { customer: $.id } }]
teardown: [{ module: ./fail.ts }, { command: [node, "\${{ saved.customer.nope }}"] }, ${clean("last")}]`,
  );
  expect(result.status).toBe("passed");
  expect(result.problems.map(({ code, severity }) => [code, severity])).toEqual([
    ["teardown_failed", "warning"],
    ["failed_expression", "warning"],
  ]);
  expect(log.at(-1)).toContain("clean last");
});

test("it runs after a failed turn, and after one that could not run", async () => {
  const failed = "turns: [{ user: Hi, script: [{ say: No }], expect: { reply: { contains: Yes } } }]";
  const stages = `teardown: [${clean("x")}]`;
  expect(await playStages(stages, failed)).toMatchObject({ result: { status: "failed" }, log: ["clean x {}"] });
  const errored = "turns: [{ user: Hi, expect: { reply: { contains: Yes } } }]";
  expect(await playStages(stages, errored)).toMatchObject({ result: { status: "errored" }, log: ["clean x {}"] });
});

test("stopping a run stops set-up, and teardown runs anyway", async () => {
  const stages = `setup: [{ module: ./hang.ts }]\nteardown: [${clean("x")}]`;
  const { result, log } = await playStages(stages, "", new AbortController());
  expect(result).toMatchObject({ status: "not_run", reason: "interrupted" });
  expect(log).toEqual(["clean x {}"]);
});

test("steps before read the world as it begins, and steps after as it ended", async () => {
  const stages = `world: { paid: 0.0 }
setup: [${clean("${{ world.paid }}")}]
teardown: [${clean("${{ world.paid }}")}]
tools: { lookup: [{ set: { paid: 3.0 }, return: 1 }] }`;
  const turns =
    "turns: [{ user: hi, script: [{ call: lookup, with: {} }, { say: x }], expect: { world: { paid: 3 } } }]";
  const { result, log } = await playStages(stages, turns);
  expect(result.status).toBe("passed");
  expect(log).toEqual(["clean 0 {}", "clean 3 {}"]);
});
