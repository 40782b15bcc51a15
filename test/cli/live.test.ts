import { execFileSync } from "node:child_process";
import { Writable } from "node:stream";
import fc from "fast-check";
import { expect, inject, test } from "vitest";
import { displayWidth } from "../../src/kit/display-width.ts";
import { createOutput, createScreen } from "../../src/cli/output.ts";
import { main } from "../../src/cli/main.ts";
import { createTestWorld, temporaryFolder } from "./run.ts";

/** The rows of a terminal that obeys what Playbill sends: CR, LF, erase line (EL 2) and one row up (CUU). */
class Terminal {
  readonly rows: string[] = [""];
  row = 0;

  take(text: string): void {
    // oxlint-disable-next-line no-control-regex
    for (const part of text.match(/\u001b\[\d*[A-Za-z]|[^]/gu) ?? []) this.#take(part);
  }

  #take(part: string): void {
    if (part === "\n") {
      this.row += 1;
      this.rows[this.row] ??= "";
    } else if (part === "\u001b[2K") this.rows[this.row] = "";
    else if (part === "\u001b[1A") this.row = Math.max(0, this.row - 1);
    else if (part !== "\r") this.rows[this.row] += part;
  }

  get text(): string {
    return this.rows.slice(0, this.row + 1).join("\n");
  }
}

function open() {
  const terminal = new Terminal();
  const stream = () => {
    const writable = new Writable({ write: (chunk, _, done) => (terminal.take(String(chunk)), done()) });
    return Object.assign(writable, { isTTY: true, columns: 80, rows: 24 }) as unknown as NodeJS.WriteStream;
  };
  const screen = createScreen();
  return { terminal, outputs: [createOutput(stream(), () => {}, screen), createOutput(stream(), () => {}, screen)] };
}

const line = fc.string({ unit: fc.constantFrom("a", "b", " ", "é", "東") }).filter((text) => displayWidth(text) < 80);
const step = fc.oneof(
  fc.record({ kind: fc.constant("write" as const), to: fc.nat(1), text: fc.array(line, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant("live" as const), to: fc.nat(1), text: fc.array(line, { maxLength: 6 }) }),
  fc.record({
    kind: fc.constant("status" as const),
    to: fc.nat(1),
    text: fc.array(line, { minLength: 1, maxLength: 1 }),
  }),
);

test("written lines stay above the live view, whoever writes, and nothing else stays", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const { terminal, outputs } = open();
      let written = "";
      let [shown, status] = ["", ""];
      for (const { kind, to, text } of steps) {
        const output = outputs[to];
        const lines = text.map((each) => `${each}\n`).join("");
        if (kind === "write") {
          output?.write(lines);
          written += lines;
        } else if (kind === "live") {
          output?.live?.show(text);
          shown = lines;
        } else {
          output?.status(text[0] ?? "");
          status = text[0] ?? "";
        }
        expect(terminal.text).toBe(written + shown + status);
      }
      outputs[0]?.live?.show([]);
      outputs[1]?.status("");
      expect(terminal.text).toBe(written);
    }),
  );
});

/** A project with one scenario. */
async function projectOfOne() {
  const project = await temporaryFolder();
  await project.write("playbill.yaml", "project: live\n");
  await project.write("assistants/a.yaml", "model: gpt-4o\n");
  const turns = "[{ user: Hi, script: [{ say: yes }], expect: { reply: { contains: yes } } }]";
  await project.write("scenarios/s.yaml", `assistant: a\nturns: ${turns}\n`);
  return project;
}

test.each<[Record<string, string>, boolean]>([
  [{}, true],
  [{ TERM: "dumb" }, false],
  [{ NO_COLOR: "1" }, false],
  [{ CI: "true" }, false],
])("with %o in the environment, a terminal shows what goes on: %s", async (env, isLive) => {
  await using project = await projectOfOne();
  const shown: (readonly string[])[] = [];
  const live = { size: () => ({ columns: 80, rows: 24 }), show: (lines: readonly string[]) => void shown.push(lines) };
  const { world, text } = createTestWorld(project.path);
  const stdout = { ...world.stdout, isTTY: true, live };
  expect(await main(["test"], { ...world, stdout, env: { ...world.env, ...env } })).toBe(0);
  expect(text("stdout")).toMatch(/✓.* s[^]*1 passed/);
  expect(shown.length > 0).toBe(isLive);
  if (isLive) expect(shown.at(-1)).toEqual([]);
});

test.each([
  ["cols 60 rows 20", true],
  ["cols 0 rows 0", false],
])("at a real terminal of %s", async (size, isLive) => {
  await using project = await projectOfOne();
  const command = `stty ${size}; '${process.execPath}' --disable-warning=ExperimentalWarning '${inject("bin")}' test`;
  const env = { PATH: process.env["PATH"], HOME: project.path, TERM: "xterm" };
  const text = execFileSync("script", ["-qec", command, "/dev/null"], { cwd: project.path, encoding: "utf8", env });
  expect(text).toMatch(/1 passed/);
  expect(text.includes("\u001b[1A")).toBe(isLive);
});
