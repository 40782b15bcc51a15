import type { Project } from "../../project/project.ts";
import { keyAt } from "../coverage/keys.ts";
import { show, showPath } from "../matcher/json.ts";
import type { Scenario, StubAnswer, StubRule } from "../scenario.ts";
import { toolsByFunction } from "../stubs/rules.ts";
import type { Mutant } from "./mutant.ts";
import { changesOf } from "./values.ts";

/** Scenarios with one part of one stubbed answer changed; a rule that several share is changed in all of them. */
export function stubMutants({ tools }: Pick<Project, "tools">, scenarios: readonly Scenario[]): Mutant[] {
  const declarations = toolsByFunction(tools);
  const found = new Map<string, Mutant[]>();
  for (const scenario of scenarios) {
    for (const [name, rules] of scenario.stubs) {
      for (const rule of rules) {
        const key = keyAt("stub", scenario.place(rule.path, "key"));
        const known = found.get(key);
        if (known === undefined) {
          found.set(key, mutantsOf(scenario, name, rule, declarations.get(name)?.value.returns));
        } else if (!(known[0]?.assistants.includes(scenario.assistant) ?? true)) {
          found.set(
            key,
            known.map((each) => ({ ...each, assistants: [...each.assistants, scenario.assistant] })),
          );
        }
      }
    }
  }
  return [...found.values()].flat();
}

function mutantsOf(scenario: Scenario, name: string, rule: StubRule, returns: unknown): Mutant[] {
  const place = scenario.place(rule.path, "key");
  return otherAnswers(rule.answer, returns).map(({ answer, before, after, at }): Mutant => {
    return {
      kind: "stub",
      assistants: [scenario.assistant],
      place: scenario.place([...rule.path, ...at]),
      what: `${name} answers with something else`,
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

/** An answer of which nothing that is written can be changed, as that of code, becomes an error. */
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
          const texts = { before: `${name}: ${show(before)}`, after: `${name}: ${show(after)}` };
          return { answer: { kind: "return", value }, ...texts, at: ["return", ...path] };
        })
      : [];
  if (changed.length > 0) return changed;
  const before = answer.kind === "return" ? `return: ${show(answer.value)}` : answer.kind;
  return [{ answer: { kind: "error", message: error }, before, after: `error: "${error}"`, at: [] }];
}

/** A scenario with another answer in the rule of that key. */
function withAnswer(scenario: Scenario, key: string, answer: StubAnswer): Scenario {
  const changed = (rule: StubRule): StubRule =>
    keyAt("stub", scenario.place(rule.path, "key")) === key ? { ...rule, answer } : rule;
  return { ...scenario, stubs: new Map([...scenario.stubs].map(([name, rules]) => [name, rules.map(changed)])) };
}
