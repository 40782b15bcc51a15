import { expect, test } from "vitest";
import { createProgress } from "../../src/cli/sync/progress.ts";
import { resourceKinds } from "../../src/resources/kinds.ts";
import { fileKind } from "../../src/resources/file/kind.ts";
import type { Plan, PlannedResource } from "../../src/sync/plan/plan-format.ts";

const kinds = [...new Set([fileKind, ...resourceKinds])];

function created(kind: string, address: string): PlannedResource {
  const common = { kind, address, protect: false, moved_from: null, depends_on: [] };
  return { ...common, action: "create", reason: "new", name: null, changes: [] };
}

function open(files: number, isTTY: boolean) {
  const resources = Array.from({ length: files }, (_, index) => created("file", `file.${index}`));
  const plan = { resources: [...resources, created("assistant", "assistant.a")], prune: false } as unknown as Plan;
  const written: string[] = [];
  const statuses: string[] = [];
  const output = {
    write: (text: string) => void written.push(text),
    command: () => undefined,
    live: null,
    status: (line: string) => void statuses.push(line),
    isTTY,
    columns: 80,
  };
  const progress = createProgress(output, { plan, kinds, color: false });
  const finish = (address: string) => progress.tell({ kind: "done", address, action: "create" });
  return { ...progress, plan, written, statuses, finish };
}

test("few files have a line each, many are reported by quarters", () => {
  const few = open(2, false);
  for (const { address } of few.plan.resources) few.finish(address);
  expect(few.written).toEqual(["  file.0 created\n", "  file.1 created\n", "  assistant.a created\n"]);
  const many = open(200, false);
  for (const { address } of many.plan.resources) many.finish(address);
  expect(many.written).toEqual([
    "  50 of 200 files\n",
    "  100 of 200 files\n",
    "  150 of 200 files\n",
    "  200 of 200 files\n",
    "  assistant.a created\n",
  ]);
});

test("a terminal shows the progress, and the line is removed at the end", () => {
  const { tell, end, statuses, written } = open(1, true);
  tell({ kind: "working", address: "file.0", action: "create", done: 1_200_000, total: 2_400_000, unit: "bytes" });
  tell({ kind: "done", address: "file.0", action: "create" });
  tell({ kind: "failed", address: "assistant.a", action: "create" });
  end();
  expect(statuses).toEqual(["  0 of 2  file.0 1.2 MB of 2.4 MB", "  1 of 2", "  2 of 2", ""]);
  expect(written).toEqual(["  file.0 created\n", "! assistant.a not created\n"]);
});

test("elsewhere long work is reported at each quarter, and short work is not", () => {
  const { tell, written } = open(1, false);
  const work = (done: number, total: number) =>
    tell({ kind: "working", address: "file.0", action: "create", done, total, unit: "files" });
  for (const done of [0, 100, 2000, 2001, 4000]) work(done, 4000);
  for (const done of [0, 20]) work(done, 20);
  expect(written).toEqual(["  file.0 2,000 of 4,000 files\n", "  file.0 4,000 of 4,000 files\n"]);
});
