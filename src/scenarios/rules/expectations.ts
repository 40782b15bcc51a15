import type { Finding } from "../../project/finding.ts";
import { isObject } from "../../kit/json.ts";
import type { Draft } from "../../project/draft.ts";
import type { Path } from "../../project/project.ts";
import { functionNameOf } from "../../project/resolve-tools.ts";
import { unknownReference } from "../../project/rules/reference.ts";
import { toolNamesOf } from "../../project/rules/assistant.ts";
import type { Rule } from "../../project/rules/rule.ts";
import { schemaFileFindings, schemaFindings } from "../../project/rules/schema.ts";
import type { WrittenScenario } from "../../project/schemas/scenario.ts";
import { readScenario } from "../read-scenario.ts";
import type { ScenarioBody } from "../scenario.ts";
import { isOperators } from "../matcher/operators.ts";
import { namesIn } from "../subjects/expected-calls.ts";
import { matcherFaults } from "../subjects/fragments.ts";
import type { Expectation, Fault, Reference } from "../subjects/subject.ts";
import { unknownTool } from "./names.ts";

/** Expectations name what there is, and are written so that they can be judged. */
export const expectationsFit: Rule<WrittenScenario> = (declared, draft) => {
  const assistant = draft.assistants.get(declared.value.assistant);
  const known = assistant === undefined ? null : toolNamesOf(assistant, draft);
  const ofReference = (reference: Reference, path: Path): Finding[] => {
    switch (reference.kind) {
      case "function":
        return functionFindings(reference, path, known);
      case "schema":
        return typeof reference.schema === "string"
          ? schemaFileFindings(declared, draft, path, reference.schema, { isExpectation: true })
          : schemaFindings(reference.schema, path, { isExpectation: true });
      case "tool":
        return known === null || known.includes(reference.name)
          ? []
          : [unknownTool(reference.name, known, path, "value")];
      case "arguments":
        return unknownArguments(reference, path, draft);
    }
  };
  // What was left out of a broken file may have been what is expected.
  const isWhole = !draft.rests.scenarios.includes(declared);
  const isKnown = ({ code }: Fault) => isWhole || code !== "never_fails";
  return expectationsOf(readScenario(declared, draft.texts)).flatMap(({ path, references, faults }) =>
    references
      .flatMap((reference) => ofReference(reference, path.concat(reference.at)))
      .concat(faults.filter(isKnown).map((fault) => findingOf(fault, path))),
  );
};

/** The matchers of stubs are ones, and name arguments that the function has. */
export const stubMatchersFit: Rule<WrittenScenario> = (declared, draft) =>
  [...readScenario(declared, draft.texts).stubs].flatMap(([of, rules]) =>
    rules.flatMap(({ path, when }) => {
      const names = isObject(when) && !isOperators(when) ? namesIn(when) : [];
      return matcherFaults(when, ["when"])
        .map((fault) => findingOf(fault, path))
        .concat(unknownArguments({ of, names }, [...path, "when"], draft));
    }),
  );

/** Something is expected that could fail; else a scenario would pass whatever the assistant does. */
export const somethingIsExpected: Rule<WrittenScenario> = (declared, draft) => {
  const body = readScenario(declared, draft.texts);
  if (body.observe || expectationsOf(body).some(({ canFail }) => canFail)) return [];
  const message = "nothing is expected in this scenario, so it could never fail";
  const hint = "Add expect: to a turn; or write observe: true, and it is reported as observed.";
  return [{ path: ["turns"], at: "key", code: "no_expectations", message, hint }];
};

/** Names that are no arguments of a function, as far as its schema tells. */
function unknownArguments(
  { of, names }: { of: string; names: readonly string[] },
  path: Path,
  { tools }: Draft,
): Finding[] {
  const tool = [...tools.values()].find((each) => functionNameOf(each) === of);
  const known = tool === undefined ? null : argumentsOf(tool.value.parameters);
  if (known === null) return [];
  return names
    .filter((name) => !known.includes(name))
    .map((name) => unknownReference(`argument of ${of}`, name, known, [...path, name], "key"));
}

const openEnded = ["patternProperties", "$ref", "allOf", "anyOf", "oneOf", "if", "unevaluatedProperties"];

/** The names of a function's arguments; `null` when its schema leaves them open. */
function argumentsOf(parameters: unknown): string[] | null {
  if (!isObject(parameters) || openEnded.some((key) => Object.hasOwn(parameters, key))) return null;
  const { properties, additionalProperties: others } = parameters;
  if (!isObject(properties) || others === true || isObject(others)) return null;
  return Object.keys(properties);
}

function findingOf({ at, place, ...fault }: Fault, path: Path): Finding {
  return { ...fault, path: [...path, ...at], ...(place !== undefined && { at: place }) };
}

/** Every expectation of a scenario. */
export function expectationsOf({ turns, expectations }: ScenarioBody): Expectation[] {
  return [...turns.flatMap((turn) => turn.expectations), ...expectations];
}

/** Expected calls are calls of functions of the assistant: what the built-in tools do is never among them. */
function functionFindings(
  { name, place }: Extract<Reference, { kind: "function" }>,
  path: Path,
  known: readonly string[] | null,
): Finding[] {
  const hint = builtInHints.get(name);
  if (hint !== undefined) {
    const message = `${name} is a built-in tool; only calls of functions can be expected here`;
    return [{ path, at: place, code: "built_in_tool", message, hint }];
  }
  return known === null || known.includes(name) ? [] : [unknownTool(name, known, path, place)];
}

const builtInHints: ReadonlyMap<string, string> = new Map([
  ["code_interpreter", "What it ran and printed is checked by expect: { code: { contains: ..., logs: ... } }."],
  ["file_search", "What it found shows in the reply: expect: { reply: { contains: ... } }."],
]);
