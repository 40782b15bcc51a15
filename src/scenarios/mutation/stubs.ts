import type { Project } from "../../project/project.ts";
import { isGuard } from "../coverage/coverable.ts";
import { keyAt } from "../coverage/keys.ts";
import { show, showPath } from "../matcher/json.ts";
import type { Scenario, StubAnswer, StubRule } from "../scenario.ts";
import { toolsByFunction } from "../stubs/rules.ts";
import type { Mutant } from "./mutant.ts";
import { changesOf } from "./values.ts";

/** The mutants that change one part of one stubbed answer; a shared rule is changed in all scenarios. */
export function stubMutants({ tools }: Pick<Project, "tools">, scenarios: readonly Scenario[]): Mutant[] {
  const declarations = toolsByFunction(tools);
  const users = new Map<string, Set<string>>();
  const found = new Map<string, { name: string; rule: StubRule; scenario: Scenario }>();
  for (const scenario of scenarios) {
    for (const [name, rules] of scenario.stubs) {
      for (const rule of rules) {
        if (isGuard(name, rule)) continue;
        const key = keyAt("stub", scenario.place(rule.path, "key"));
        if (!found.has(key)) found.set(key, { name, rule, scenario });
        users.set(key, (users.get(key) ?? new Set()).add(scenario.assistant));
      }
    }
  }
  return [...found].flatMap(([key, { name, rule, scenario }]) =>
    mutantsOf(scenario, name, rule, {
      returns: declarations.get(name)?.value.returns,
      assistants: [...(users.get(key) ?? [])],
    }),
  );
}

function mutantsOf(
  scenario: Scenario,
  name: string,
  rule: StubRule,
  { returns, assistants }: { returns: unknown; assistants: readonly string[] },
): Mutant[] {
  const place = scenario.place(rule.path, "key");
  return otherAnswers(rule.answer, returns).map(({ answer, before, after, at }): Mutant => {
    return {
      kind: "stub",
      assistants,
      place: scenario.place([...rule.path, ...at]),
      what: `${name} returns something else`,
      before,
      after,
      change: { kind: "scenario", apply: (of) => withAnswer(of, keyAt("stub", place), answer) },
      covered: { kind: "stub", place },
      paragraph: null,
    };
  });
}

interface OtherAnswer {
  answer: StubAnswer;
  before: string;
  after: string;
  at: (string | number)[];
}

/** The changed answers. An answer in which nothing written can be changed, such as that of code, becomes an error. */
function otherAnswers(answer: StubAnswer, returns: unknown): OtherAnswer[] {
  const error = "changed";
  if (answer.kind === "error") {
    const other = answer.message === error ? "other" : error;
    const texts = { before: `error: ${show(answer.message)}`, after: `error: ${show(other)}` };
    return [{ answer: { kind: "error", message: other }, ...texts, at: ["error"] }];
  }
  const changed =
    answer.kind === "return"
      ? changesOf(answer.value, returns).map(({ path, before, after, value }): OtherAnswer => {
          const name = path.length === 0 ? "return" : showPath(path);
          return {
            answer: { kind: "return", value },
            before: `${name}: ${show(before)}`,
            after: `${name}: ${show(after)}`,
            at: ["return", ...path],
          };
        })
      : [];
  if (changed.length > 0) return changed;
  const before = answer.kind === "return" ? `return: ${show(answer.value)}` : answer.kind;
  return [{ answer: { kind: "error", message: error }, before, after: `error: "${error}"`, at: [] }];
}

/** A scenario with another answer in the rule with that key. */
function withAnswer(scenario: Scenario, key: string, answer: StubAnswer): Scenario {
  const changed = (rule: StubRule): StubRule =>
    keyAt("stub", scenario.place(rule.path, "key")) === key ? { ...rule, answer } : rule;
  return { ...scenario, stubs: new Map([...scenario.stubs].map(([name, rules]) => [name, rules.map(changed)])) };
}
