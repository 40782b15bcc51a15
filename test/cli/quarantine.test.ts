import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run, temporaryFolder } from "./run.ts";

const project = join(import.meta.dirname, "..", "docs", "project");
const now = () => Date.parse("2026-11-26T12:00:00Z");

/** A project with a scenario that passes, and one of two cells that fails in both. */
async function suite(quarantine: string) {
  const folder = await temporaryFolder(project);
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const turns = (said: string) =>
    `turns: [{ user: say ${said}, script: [{ say: "${said}" }], expect: { reply: { contains: "yes" } } }]`;
  await folder.write("scenarios/good.yaml", `assistant: support\nrepeat: { runs: 16 }\n${turns("yes")}\n`);
  await folder.write(
    "scenarios/bad.yaml",
    `assistant: support\nmatrix: { axes: { locale: [en, de] } }\n${turns("no")}\n`,
  );
  await folder.write("scenarios/quarantine.yaml", quarantine);
  return (...argv: string[]) => run(folder.path, argv, { now });
}

const entry = (id: string, expires = "2027-01-31") =>
  `  ${id}: { owner: "@pay", reason: the model asks twice, evidence: https://example.com/1, expires: ${expires} }\n`;
const runBoth = ["test", "--id", "good", "--id", "bad"];

test("a scenario in quarantine runs, is shown, and does not count", async () => {
  const playbill = await suite(`scenarios:\n${entry("bad")}`);
  const { exitCode, stdout, stderr } = await playbill(...runBoth);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain("failed, but quarantined until 2027-01-31, @pay: the model asks twice");
  expect(stdout).toContain("1 passed, 2 quarantined");
  const json = JSON.parse((await playbill(...runBoth, "--json")).stdout) as { results: object[] };
  expect(json.results).toMatchObject([
    { id: "bad[locale=en]", status: "quarantined", quarantine: { status: "failed", owner: "@pay", steady: false } },
    { id: "bad[locale=de]", status: "quarantined" },
    { id: "good", status: "passed" },
  ]);
  expect((await playbill(...runBoth, "--reporter", "junit")).stdout).toContain(
    '<skipped message="failed, but quarantined',
  );
});

test("the quarantine of one cell applies to no other; bail continues after what does not count", async () => {
  const playbill = await suite(`scenarios:\n${entry('"bad[locale=en]"')}`);
  const { exitCode, stdout } = await playbill(...runBoth, "--bail", "-j", "1");
  expect(exitCode).toBe(1);
  expect(stdout).toContain("1 failed, 1 quarantined, 1 not run");
});

test("from its last day on, a scenario counts again, and is reported", async () => {
  const playbill = await suite(`scenarios:\n${entry("bad", "2026-11-26")}`);
  const { exitCode, stderr } = await playbill(...runBoth);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("warning[quarantine_ended]: the quarantine of bad ended on 2026-11-26");
  expect(stderr).toContain("scenarios/quarantine.yaml:2:");
  expect(await playbill("validate")).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining("quarantine_ended") as string,
  });
});

test("what passes steadily may leave it", async () => {
  const playbill = await suite(`scenarios:\n${entry("good")}${entry("bad")}`);
  expect((await playbill(...runBoth)).stdout).toContain("it passes consistently; its quarantine can be removed");
  expect((await playbill(...runBoth, "--repeat", "5")).stdout).not.toContain("steadily");
});

test.each([
  [
    "an id that does not exist",
    `scenarios:\n${entry("godo")}`,
    "error[unknown_scenario]",
    ":2:3",
    'did you mean "good"?',
  ],
  ["a cell that does not exist", `scenarios:\n${entry('"bad[locale=fr]"')}`, "error[unknown_scenario]", ":2:3", ""],
  ["no end", "scenarios:\n  good: { owner: a, reason: b, evidence: c }\n", "error[missing_key]", ":2:3", "expires"],
  ["a day that does not exist", `scenarios:\n${entry("good", "2027-02-30")}`, "error[bad_date]", ":2:", "2027-02-30"],
  [
    "no owner",
    "scenarios:\n  good: { owner: '', reason: b, evidence: c, expires: 2027-01-01 }\n",
    "error[too_short]",
    ":2:",
    "",
  ],
])("%s is an error with its place, before anything runs", async (what, text, code, place, more) => {
  const playbill = await suite(text);
  const { exitCode, stdout, stderr } = await playbill(...runBoth);
  expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: "" });
  expect(stderr).toContain(code);
  expect(stderr).toContain(`scenarios/quarantine.yaml${place}`);
  expect(stderr).toContain(more);
  if (!what.includes("cell")) expect((await playbill("validate")).exitCode).toBe(4);
});

test("the example of the docs is sound", async () => {
  const page = readFileSync(new URL("../../docs/scenarios.md", import.meta.url), "utf8");
  const example = /^# yaml-language-server: \$schema=\.\.\/schemas\/quarantine[^]*?(?=^```)/m.exec(page)?.[0] ?? "";
  expect(example).toContain("late-order:");
  const playbill = await suite(example.replace("late-order:", "good:"));
  expect(await playbill("validate")).toMatchObject({ exitCode: 0, stderr: "" });
});
