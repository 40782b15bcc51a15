import { expect, test } from "vitest";
import { lineOf, reportOf } from "./mutation-report.ts";
import { run, temporaryFolder, type TemporaryFolder } from "./run.ts";

/** A suite whose model says what is written down, and that expects all that is answered. */
async function scripted(more: Record<string, string> = {}): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  const answer = "{ status: late, days: 3, parcels: [{ id: P-7, open: true }] }";
  const files: Record<string, string> = {
    "playbill.yaml": "project: shop\n",
    "assistants/a.yaml":
      "model: gpt-4o\ninstructions: Never guess.\ntools: [{ function: order }, { function: refund }]\n",
    "assistants/tools/order.yaml": "parameters: { type: object, properties: { id: { type: string } } }\n",
    "assistants/tools/refund.yaml": "parameters: { type: object, properties: { id: { type: string } } }\n",
    "scenarios/s.yaml": `assistant: a
tools: { order: [{ return: ${answer} }] }
turns:
  - user: How late?
    script: [{ call: order, with: { id: A-1 } }, { say: It is late. }]
    expect: { tools: [{ order: { args: { id: A-1 }, result: ${answer} } }] }
`,
    ...more,
  };
  for (const [file, text] of Object.entries(files)) await folder.write(file, text);
  return folder;
}

test("where scripts answer, instructions and the model are not judged, and a suite that expects every answer notices every change of one", async () => {
  await using folder = await scripted();
  const outcome = await run(folder.path, ["mutate", "--json", "--smaller", "small"], { ask: async () => "no" });
  expect(outcome.exitCode, outcome.output).toBe(0);
  const { mutants, score } = reportOf(outcome);
  expect(mutants.map(lineOf)).toEqual([
    "uncovered argument id => id_2",
    "uncovered tool refund => ",
    "not_judged paragraph Never guess. => ",
    "not_judged rule Never guess. => Try not to guess.",
    "not_judged argument id => id_2",
    "not_judged model gpt-4o => small",
    "killed tool order =>  (s)",
    'killed stub status: "late" => status: "changed" (s)',
    "killed stub days: 3 => days: 4 (s)",
    'killed stub parcels[0].id: "P-7" => parcels[0].id: "changed" (s)',
    "killed stub parcels[0].open: true => parcels[0].open: false (s)",
    'killed stub parcels: [{"id":"P-7","open":true}] => parcels: [] (s)',
  ]);
  expect(score).toBe(75);
  expect((await run(folder.path, ["mutate", "--fail-under", "75"])).exitCode).toBe(0);
  expect((await run(folder.path, ["mutate", "--fail-under", "75.1"])).exitCode).toBe(1);
  const undecided = await run(folder.path, ["mutate", "--only", "paragraph", "--fail-under", "80"]);
  expect([undecided.exitCode, undecided.stdout]).toEqual([7, expect.stringContaining("needs a real model")]);
});

test("only a scenario that needs a file's content notices that it is missing", async () => {
  await using folder = await scripted({
    "assistants/a.yaml": "model: gpt-4o\ntools: [{ file_search: { vector_store: handbook } }]\n",
    "assistants/vector_stores/handbook.yaml": 'files: ["./*.md"]\n',
    "assistants/vector_stores/a.md": "Annual leave is thirty days.\n",
    "assistants/vector_stores/b.md": "The office dog is called Bo.\n",
    "scenarios/s.yaml": `assistant: a
turns:
  - user: How much leave?
    script: [{ call: file_search, with: { query: annual leave } }, { say: "\${{ tools.file_search.output }}" }]
    expect: { reply: { contains: thirty days } }
`,
  });
  expect(reportOf(await run(folder.path, ["mutate", "--json"])).mutants.map(lineOf)).toEqual([
    "survived file assistants/vector_stores/b.md => ",
    "killed tool file_search =>  (s)",
    "killed file assistants/vector_stores/a.md =>  (s)",
  ]);
});

test("a scenario that does not pass unchanged is excluded", async () => {
  const wrong =
    "assistant: a\ntools: { refund: [{ return: { ok: true } }] }\nturns: [{ user: Back, script: [{ call: refund, with: {} }, { say: Done }], expect: { reply: { contains: paid } } }]\n";
  await using folder = await scripted({ "scenarios/wrong.yaml": wrong });
  const outcome = await run(folder.path, ["mutate", "--json", "--only", "tool"]);
  const report = reportOf(outcome);
  expect(report.baseline.left_out).toEqual([{ id: "wrong", status: "failed" }]);
  expect(report.mutants.find(({ before }) => before === "refund")).toMatchObject({
    status: "not_judged",
    reason: "no scenario that reaches it passes without the mutation: wrong failed",
  });
});

test("a scenario in quarantine does not count in a test, and is excluded here", async () => {
  await using folder = await scripted();
  await folder.write(
    "scenarios/quarantine.yaml",
    "scenarios: { s: { owner: '@a', reason: flaky, evidence: seen, expires: 2027-01-31 } }\n",
  );
  const { exitCode, stderr } = await run(folder.path, ["mutate"], {
    now: () => Date.parse("2026-11-26T12:00:00Z"),
  });
  expect([exitCode, stderr]).toEqual([4, expect.stringContaining("no scenario that could notice")]);
});

test("the list is what would be run, and the same seed lists the same", async () => {
  await using folder = await scripted();
  const list = async (...argv: string[]) => (await run(folder.path, ["mutate", "--list", ...argv])).stdout;
  const all = (await list()).split("\n").filter((each) => /^\w/.test(each));
  expect(all).toHaveLength(11);
  expect(await list("--max", "3", "--seed", "5")).toBe(await list("--max", "3", "--seed", "5"));
  const { mutants } = JSON.parse(await list("--json", "--only", "tool")) as { mutants: { before: string }[] };
  expect(mutants.map(({ before }) => before)).toEqual(["order", "refund"]);
  const bad = await run(folder.path, ["mutate", "--only", "tols"]);
  expect([bad.exitCode, bad.stderr]).toEqual([4, expect.stringContaining("expected one of paragraph, rule")]);
});
