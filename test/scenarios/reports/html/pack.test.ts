import { expect, test } from "vitest";
import { decodeBytes, decodeChunk } from "../../../../src/page-data/pack.ts";
import type { FileRef, ScenarioPage } from "../../../../src/page-data/scenario-page.ts";
import { createPack } from "../../../../src/scenarios/reports/html/pack.ts";
import { scenarioPageOf } from "../../../../src/scenarios/reports/html/scenario-page.ts";
import { row } from "../../../page-data/row.ts";
import { played } from "../results.ts";

/** A page of a scenario in which code made these files. */
function pageWith(id: string, files: readonly FileRef[]): ScenarioPage {
  const page = scenarioPageOf({ ...played(44), id }, "playbill test");
  const attempts = page.attempts.map((attempt) => {
    const turns = attempt.turns.map((turn) =>
      Object.assign(turn, { items: [{ kind: "code" as const, at: 1, input: "", logs: "", files }] }),
    );
    return Object.assign(attempt, { turns });
  });
  return { ...page, attempts };
}

const chart: FileRef = {
  id: "file-1",
  name: "a.png",
  content: { sha256: "a".repeat(64), bytes: 3, image: "image/png" },
};
const lost: FileRef = { id: "file-2", name: "b.csv", content: { sha256: "b".repeat(64), bytes: 3, image: null } };
const unkept: FileRef = { id: "file-3", name: null, content: null };

test("files are in a pack once, whoever refers to them, and pages are where the index says", async () => {
  let text = "";
  const pack = createPack((more) => void (text += more));
  const read: string[] = [];
  const pages = [pageWith("one", [chart, lost, unkept]), pageWith("two", [chart])];
  for (const page of pages) {
    pack.page(page);
    await pack.attachments(page, async (sha256) => {
      read.push(sha256);
      return sha256.startsWith("a") ? new Uint8Array([1, 2, 3]) : null;
    });
  }
  const index = pack.index([row({ id: "two" }), row({ id: "never" }), row({ id: "one" })], null);
  expect(read.filter((sha256) => sha256.startsWith("a"))).toHaveLength(1);
  expect(Object.keys(index.attachments)).toEqual(["a".repeat(64)]);
  const cut = ({ start = 0, length = 0 }) => text.slice(start, start + length);
  expect(await decodeBytes(cut(index.attachments["a".repeat(64)] ?? {}))).toEqual(new Uint8Array([1, 2, 3]));
  expect(index.rows.id).toEqual(["two", "one"]);
  for (const [at, id] of index.rows.id.entries()) {
    const chunk = cut({ start: index.pages.start[at] ?? 0, length: index.pages.length[at] ?? 0 });
    expect(await decodeChunk<ScenarioPage>(chunk)).toEqual(pages.find((page) => page.id === id));
  }
});

test("a damaged chunk is refused", async () => {
  await expect(decodeChunk("!!!!")).rejects.toThrow();
  await expect(decodeChunk("AAAA")).rejects.toThrow();
});
