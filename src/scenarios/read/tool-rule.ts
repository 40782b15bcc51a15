import { toMilliseconds } from "../../kit/duration.ts";
import type { WrittenToolRule } from "../../project/schemas/scenario/tool-rule.ts";
import type { StubAnswer, StubRule } from "../scenario.ts";

/** The rules of one stubbed tool, in their order. */
export function readRules(name: string, rules: readonly WrittenToolRule[]): StubRule[] {
  return rules.map((rule, index) => ({
    path: ["tools", name, index],
    when: rule.when,
    times: rule.times ?? Infinity,
    delay: toMilliseconds(rule.delay ?? 0),
    answer: readAnswer(rule),
  }));
}

function readAnswer(rule: WrittenToolRule): StubAnswer {
  if ("error" in rule) return { kind: "error", message: rule.error };
  if ("return" in rule) return { kind: "return", value: rule.return };
  return "module" in rule ? { kind: "module", module: rule.module } : { kind: "handler" };
}
