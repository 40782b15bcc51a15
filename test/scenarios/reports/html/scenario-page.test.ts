import fc from "fast-check";
import { expect, test } from "vitest";
import type { TurnEvent } from "../../../../src/targets/target.ts";
import { scenarioPageOf } from "../../../../src/scenarios/reports/html/scenario-page.ts";
import { itemsOf } from "../../../../src/scenarios/reports/html/turn-items.ts";
import { call, turn } from "../../scenario.ts";
import { errored, played, skipped } from "../results.ts";

const said = (text: string): TurnEvent => ({ kind: "message", text, citations: [], files: [] });

test("a failure is shown with its conversation, its texts to compare, its place and the command", () => {
  const page = scenarioPageOf(played(4), "npx playbill test --id late");
  expect(page).toMatchObject({ id: "late", status: "failed", shown: 0, command: "npx playbill test --id late" });
  const [attempt] = page.attempts;
  expect(attempt?.turns.map(({ items }) => items.map(({ kind }) => kind))).toEqual([["message"], ["call", "message"]]);
  const failed = attempt?.verdicts.filter(({ outcome }) => outcome === "failed") ?? [];
  expect(failed).toHaveLength(1);
  expect(failed[0]).toMatchObject({ turn: 2, subject: "tools", place: { file: "scenarios/test.yaml", line: 7 } });
});

test("what was not run, and what could not be, is a page too", () => {
  expect(scenarioPageOf(skipped, "x")).toMatchObject({ status: "skipped", reason: "later", attempts: [], shown: 0 });
  const [attempt] = scenarioPageOf(errored, "x").attempts;
  expect(attempt).toMatchObject({ turns: [], problems: [{ code: "unreachable", message: "cannot reach it" }] });
});

test("however a text is cut into pieces, it is one message that began with the first", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), fc.boolean(), (pieces, isWhole) => {
      const deltas = pieces.map((delta, index) => ({ at: 10 + index, event: { kind: "text" as const, delta } }));
      const text = pieces.join("");
      const events = isWhole ? [...deltas, { at: 99, event: said(text) }] : deltas;
      const items = itemsOf(turn({ events }));
      const isThere = isWhole || text !== "";
      expect(items).toMatchObject(isThere ? [{ kind: "message", text, from: 10, isCut: !isWhole }] : []);
    }),
  );
});

test("calls of a round stand where they were asked for, each once, also when their ids are the same", () => {
  const same = { callId: "same" };
  const asked = (name: string) => ({ ...same, name, arguments: "{}" });
  const round = (...names: string[]): TurnEvent => ({ kind: "requires_action", calls: names.map(asked) });
  const calls = [call("a", {}, 1, same), call("b", {}, 1, same), call("c", {}, 2, same)];
  const events = [round("a", "b"), said("Hm."), round("c")].map((event, at) => ({ at, event }));
  expect(itemsOf(turn({ events, calls })).map((item) => (item.kind === "call" ? item.name : item.kind))).toEqual([
    "a",
    "b",
    "message",
    "c",
  ]);
});
