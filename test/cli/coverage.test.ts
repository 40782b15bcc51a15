import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { blocks, decodeChunk } from "../../src/page-data/pack.ts";
import type { RunHead } from "../../src/page-data/run-head.ts";
import type { Coverage } from "../../src/scenarios/coverage/coverage.ts";
import { published } from "./published.ts";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

// A suite that leaves out something of every kind.
const files: Record<string, string> = {
  "playbill.yaml":
    "project: shop\ntargets: { local: { api: assistants, server: embedded, model: script } }\ndefault_target: local\n",
  "assistants/support.yaml": `model: gpt-4o-mini
instructions: |
  # Rules

  Be kind.

  Never promise a refund.
tools: [{ function: order }, { function: refund }]
`,
  "assistants/lonely.yaml":
    "model: gpt-4o-mini\ninstructions: Wait.\ntools: [{ file_search: { vector_store: handbook } }]\n",
  "assistants/tools/order.yaml": `parameters:
  type: object
  properties:
    id: { type: string }
    kind: { type: string, enum: [late, lost, broken] }
    note: { type: string }
`,
  "assistants/tools/refund.yaml": "parameters: { type: object, properties: { id: { type: string } } }\n",
  "assistants/vector_stores/handbook.yaml": "files: [./a.md, ./b.md]\n",
  "assistants/vector_stores/a.md": "Late parcels are paid back.\n",
  "assistants/vector_stores/b.md": "Lost parcels are sent again.\n",
  "scenarios/late.yaml": `assistant: support
matrix: { axes: { kind: [late, lost] } }
tools:
  order:
    - { when: { kind: late }, return: { status: late } }
    - { when: { kind: lost }, return: { status: lost } }
    - { when: { kind: broken }, error: no such order }
turns:
  - user: { any: [{ when: matrix.kind == 'broken', say: Broken! }, { say: "It is \${{ matrix.kind }}" }] }
    script:
      - call: order
        with: { id: A-1, kind: "\${{ matrix.kind }}" }
      - say: I see, \${{ tools.order.result.status }}.
    expect:
      tools: [{ order: { kind: { $oneOf: [late, broken] } } }]
      reply: { contains: "\${{ matrix.kind }}" }
  - user: And now?
    when: matrix.kind == 'broken'
    script: [{ say: Nothing. }]
    expect: { reply: { contains: Nothing } }
`,
};

async function project(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  for (const [file, text] of Object.entries(files)) await folder.write(file, text);
  return folder;
}

const missedIn = ({ items }: Coverage) =>
  items
    .filter(({ state }) => state === "missed")
    .map(({ kind, what, file, line }) => `${kind} ${what} ${file}:${line}`);

test("everything that no scenario reached is listed with its place, from a stored run", async () => {
  await using folder = await project();
  expect((await run(folder.path, ["test"])).exitCode).toBe(1);
  const outcome = await run(folder.path, ["coverage", "--json"]);
  expect(outcome.exitCode).toBe(0);
  const coverage = published("coverage", outcome) as Coverage;
  expect(missedIn(coverage)).toEqual([
    "assistant assistant.lonely assistants/lonely.yaml:1",
    "tool file_search assistants/lonely.yaml:3",
    "file assistants/vector_stores/a.md assistants/vector_stores/handbook.yaml:1",
    "file assistants/vector_stores/b.md assistants/vector_stores/handbook.yaml:1",
    "error_path order assistants/support.yaml:8",
    'enum_value order(kind: "broken") assistants/tools/order.yaml:5',
    "argument order(note) assistants/tools/order.yaml:6",
    "tool refund assistants/support.yaml:8",
    "error_path refund assistants/support.yaml:8",
    "argument refund(id) assistants/tools/refund.yaml:1",
    'stub order[3] when {"kind":"broken"}, error scenarios/late.yaml:7',
    "turn late, turn 2 scenarios/late.yaml:17",
    "choice late, turn 1, choice 1 scenarios/late.yaml:9",
    "expectation late, turns[1].expect.reply scenarios/late.yaml:20",
  ]);
  expect(coverage.items.find(({ what }) => what === 'order(kind: "lost")')).toMatchObject({ expected: false });
  expect(coverage.items.filter(({ state }) => state === "unknown")).toHaveLength(3);
});

test("--fail-under compares with exactly what is counted", async () => {
  await using folder = await project();
  await run(folder.path, ["test"]);
  const { percent, covered, total, items } = JSON.parse(
    (await run(folder.path, ["coverage", "--json"])).stdout,
  ) as Coverage;
  const counted = items.filter(({ state }) => state !== "unknown");
  expect([covered, total]).toEqual([counted.filter(({ state }) => state === "covered").length, counted.length]);
  expect((await run(folder.path, ["coverage", "--fail-under", String(percent)])).exitCode).toBe(0);
  const above = await run(folder.path, ["coverage", "--fail-under", String(percent + 0.1)]);
  expect(above.exitCode).toBe(1);
  expect(above.stderr).toContain(`the coverage is ${percent} % (${covered} of ${total})`);
});

test("several runs are one: what one of them reached is reached", async () => {
  await using folder = await project();
  for (const id of ["late[kind=late]", "late[kind=lost]"]) await run(folder.path, ["test", "--id", id]);
  const last = JSON.parse((await run(folder.path, ["coverage", "--json"])).stdout) as Coverage & {
    runs: { run: string }[];
  };
  expect(missedIn(last)).toContain('stub order[1] when {"kind":"late"}, return scenarios/late.yaml:5');
  await run(folder.path, ["test", "--id", "late[kind=late]"]);
  const first = last.runs[0]?.run ?? "";
  const both = JSON.parse((await run(folder.path, ["coverage", "last", first, "--json"])).stdout) as Coverage;
  expect(missedIn(both).filter((each) => each.startsWith("stub"))).toHaveLength(1);
});

test("an assistant that no scenario reaches is one line, and the worst comes first", async () => {
  await using folder = await project();
  await run(folder.path, ["test"]);
  const { stdout } = await run(folder.path, ["coverage"]);
  const lines = stdout.split("\n");
  expect(lines[2]).toMatch(/^assistant\.lonely {2}0 %/);
  expect(lines[3]).toMatch(/^ {2}reached by no scenario {2}/);
  expect(stdout).toContain("used, never expected");
  expect(stdout).toContain("3 paragraphs of instructions: unknown, and not counted");
});

test("a scenario that changed since is reported, and so is one that is gone", async () => {
  await using folder = await project();
  await run(folder.path, ["test"]);
  await folder.write("scenarios/late.yaml", `${files["scenarios/late.yaml"]}    \n`.replace("And now?", "And then?"));
  expect((await run(folder.path, ["coverage"])).stderr).toBe(
    "2 scenarios changed since then and may cover something else now\n",
  );
  await folder.write("scenarios/late.yaml", (files["scenarios/late.yaml"] ?? "").replace("[late, lost]", "[late]"));
  expect((await run(folder.path, ["coverage"])).stderr).toContain("1 scenario of these runs no longer exists");
});

test("without a run it prints how to make one", async () => {
  await using folder = await project();
  const { exitCode, stderr } = await run(folder.path, ["coverage"]);
  expect(exitCode).toBe(4);
  expect(stderr).toContain("playbill test --target local");
});

test("the page of a run has it, and so has the page that is made of the stored run", async () => {
  await using folder = await project();
  await run(folder.path, ["test", "--reporter", "html=run.html"]);
  await run(folder.path, ["report", "last", "--reporter", "html=report.html"]);
  const coverageIn = async (file: string) => {
    const html = await readFile(join(folder.path, file), "utf8");
    const [, chunk = ""] = html.split(` id="${blocks.head}">`);
    return (await decodeChunk<RunHead>(chunk.split("</script>")[0] ?? "")).coverage;
  };
  const coverage = await coverageIn("run.html");
  expect(coverage?.kinds.find(({ kind }) => kind === "stub rules used")).toEqual({
    kind: "stub rules used",
    covered: 2,
    total: 3,
    missing: ['support: order[3] when {"kind":"broken"}, error (scenarios/late.yaml:7)'],
  });
  expect(await coverageIn("report.html")).toEqual(coverage);
});
