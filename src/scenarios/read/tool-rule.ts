import { toMilliseconds } from "../../kit/duration.ts";
import type { WrittenToolRule } from "../../project/schemas/scenario/tool-rule.ts";
import type { StubAnswer, StubRule, WrittenChange } from "../scenario.ts";
import type { Path } from "../../project/project.ts";

/** The rules of one stubbed tool, in order. */
export function readRules(name: string, rules: readonly WrittenToolRule[]): StubRule[] {
  return rules.map((rule, index) => ({
    path: ["tools", name, index],
    when: typeof rule.when === "string" ? undefined : rule.when,
    condition: typeof rule.when === "string" ? rule.when : null,
    times: rule.times ?? Infinity,
    delay: toMilliseconds(rule.delay ?? 0),
    changes: readChanges(rule, ["tools", name, index]),
    answer: readAnswer(rule),
  }));
}

function readAnswer(rule: WrittenToolRule): StubAnswer {
  if ("error" in rule) return { kind: "error", message: rule.error };
  if ("return" in rule) return { kind: "return", value: rule.return };
  if ("module" in rule) return { kind: "module", module: rule.module };
  if ("command" in rule) return { kind: "program", program: { command: rule.command, ...timeoutOf(rule) } };
  if ("http" in rule) return { kind: "program", program: { http: rule.http, ...timeoutOf(rule) } };
  return { kind: "handler" };
}

function timeoutOf({ timeout }: { timeout?: number | string | undefined }): { timeout?: number | string } {
  return timeout === undefined ? {} : { timeout };
}

/** In the order in which they are applied. */
function readChanges(rule: WrittenToolRule, path: Path): WrittenChange[] {
  if (!("return" in rule || "error" in rule)) return [];
  const values = (kind: "set" | "append") =>
    Object.entries(rule[kind] ?? {}).map(([target, value]) => ({ kind, target, value, path: [...path, kind, target] }));
  const removed = (target: string, at: Path) => ({ kind: "remove" as const, target, value: undefined, path: at });
  const { remove = [] } = rule;
  const removals =
    typeof remove === "string"
      ? [removed(remove, [...path, "remove"])]
      : remove.map((target, index) => removed(target, [...path, "remove", index]));
  return [...values("set"), ...values("append"), ...removals];
}
