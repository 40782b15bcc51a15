import type { Finding } from "../../project/finding.ts";
import type { Path } from "../../project/project.ts";
import { toolNamesOf } from "../../project/rules/assistant.ts";
import type { Rule } from "../../project/rules/rule.ts";
import { schemaFileFindings, schemaFindings } from "../../project/rules/schema.ts";
import type { WrittenScenario } from "../../project/schemas/scenario.ts";
import { readScenario } from "../read-scenario.ts";
import type { ScenarioBody } from "../scenario.ts";
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
    }
  };
  return expectationsOf(readScenario(declared, draft.texts)).flatMap(({ path, references, faults }) =>
    references
      .flatMap((reference) => ofReference(reference, path.concat(reference.at)))
      .concat(faults.map((fault) => findingOf(fault, path))),
  );
};

/** The matchers of stubs are ones. */
export const stubMatchersFit: Rule<WrittenScenario> = (declared, draft) =>
  [...readScenario(declared, draft.texts).stubs.values()]
    .flat()
    .flatMap(({ path, when }) => matcherFaults(when, ["when"]).map((fault) => findingOf(fault, path)));

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
    const message = `${name} is no function, so it is never among the calls`;
    return [{ path, at: place, code: "built_in_tool", message, hint }];
  }
  return known === null || known.includes(name) ? [] : [unknownTool(name, known, path, place)];
}

const builtInHints: ReadonlyMap<string, string> = new Map([
  ["code_interpreter", "What it ran and printed is checked by expect: { code: { contains: ..., logs: ... } }."],
  ["file_search", "What it found shows in the reply: expect: { reply: { contains: ... } }."],
]);
