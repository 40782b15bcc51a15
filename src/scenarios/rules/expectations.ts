import { fileSaying } from "../../project/draft.ts";
import type { Finding } from "../../project/finding.ts";
import { fitsGlob } from "../../kit/glob.ts";
import type { Path } from "../../project/project.ts";
import { toolNamesOf } from "../../project/rules/assistant.ts";
import type { Rule } from "../../project/rules/rule.ts";
import { schemaFileFindings, schemaFindings } from "../../project/rules/schema.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { readScenario } from "../read/file.ts";
import type { ScenarioBody } from "../scenario.ts";
import { matcherFaults } from "../subjects/fragments.ts";
import type { Expectation, Fault, Reference } from "../subjects/subject.ts";
import { argumentFindings } from "./arguments.ts";
import { attachedForSearch, builtInFindings, citedFindings } from "./cited-files.ts";
import { isFunctionOf, unknownTool } from "./names.ts";
import { modelFindings } from "./models.ts";
import { priceFindings } from "./prices.ts";

/** Expectations name what there is, and are written so that they can be judged. */
export const expectationsFit: Rule<WrittenScenario> = (declared, draft) => {
  const assistant = draft.assistants.get(declared.value.assistant);
  const known = assistant === undefined ? null : toolNamesOf(assistant, draft);
  // A raw tool may be one of them by another name.
  const mayHaveMore = (assistant?.value.tools ?? []).some((tool) => typeof tool === "object" && "raw" in tool);
  // What scenarios share may be for another assistant. Asked where something is wrong only: a place costs reading the file again.
  const isForOthers = (path: Path, name: string) =>
    isFunctionOf(draft, name) && declared.place(path, "key").file !== declared.file;
  const body = readScenario(declared, draft.texts);
  const ofReference = (reference: Reference, path: Path): Finding[] => {
    switch (reference.kind) {
      case "function": {
        const findings = functionFindings(reference, path, known);
        return findings.length > 0 && isForOthers(path, reference.name) ? [] : findings;
      }
      case "schema":
        return typeof reference.schema === "string"
          ? schemaFileFindings({ ...declared, file: fileSaying(declared, path) }, draft, path, reference.schema, {
              isExpectation: true,
            })
          : schemaFindings(reference.schema, path, { isExpectation: true });
      case "tool":
        return known === null || known.includes(reference.name) || isForOthers(path, reference.name)
          ? []
          : [unknownTool(reference.name, known, path, "value")];
      case "tools":
        return known === null ? [] : globFindings(reference.glob, path, known);
      case "arguments":
        return argumentFindings(reference, path, draft);
      case "price":
        return assistant === undefined ? [] : priceFindings(assistant.value.model, draft, path);
      case "cited":
        return assistant === undefined || mayHaveMore
          ? []
          : citedFindings(reference.glob, path, assistant, draft, attachedForSearch(body));
      case "built_in":
        return assistant === undefined || mayHaveMore ? [] : builtInFindings(reference.tool, path, assistant, draft);
      case "model":
        return modelFindings(reference, draft, path);
      case "module":
      case "world":
        return [];
    }
  };
  // What was left out of a broken file may have been what is expected.
  const isWhole = !draft.rests.scenarios.includes(declared);
  const isKnown = ({ code }: Fault) => isWhole || code !== "never_fails";
  const users = body.turns.flatMap(({ simulation }) =>
    simulation === null ? [] : [{ ...simulation, faults: [] }, ...(simulation.stop.reply ?? []).map(withoutModels)],
  );
  return [...expectationsOf(body), ...users].flatMap(({ path, references, faults }) =>
    references
      .flatMap((reference) => ofReference(reference, path.concat(reference.at)))
      .concat(faults.filter(isKnown).map((fault) => findingOf(fault, path))),
  );
};

/** A condition to stop a simulated user is decided at once: nobody is asked. */
function withoutModels({ path, references, faults }: Expectation): Pick<Expectation, "path" | "references" | "faults"> {
  const asked = references.filter(({ kind }) => kind === "model");
  const never = asked.map(({ at }): Fault => {
    const hint = "Write a text that the reply contains, or an expression: stop: { when: ... }.";
    return { at, place: "key", code: "never_holds", message: "this can never hold: no model is asked here", hint };
  });
  return { path, references: references.filter(({ kind }) => kind !== "model"), faults: [...faults, ...never] };
}

/** The matchers of stubs are ones, and name arguments that the function has. */
export const stubMatchersFit: Rule<WrittenScenario> = (declared, draft) =>
  [...readScenario(declared, draft.texts).stubs].flatMap(([of, rules]) =>
    rules.flatMap(({ path, when }) => {
      const faults = matcherFaults(when, ["when"]).map((fault) => findingOf(fault, path));
      return faults.length > 0 || when === undefined
        ? faults
        : argumentFindings({ of, written: when }, [...path, "when"], draft);
    }),
  );

/** An error is expected only where a turn is to fail: any other end has none. */
export const errorsAreOfFailures: Rule<WrittenScenario> = (declared, draft) =>
  readScenario(declared, draft.texts).turns.flatMap(({ endsAs, expectations }) =>
    expectations.flatMap(({ path, demands }): Finding[] => {
      if (demands.failure !== true || endsAs === "failed") return [];
      const message = `this can never hold: a turn that ends as ${endsAs} has no error`;
      return [{ path, at: "key", code: "never_holds", message, hint: "Write status: failed beside it." }];
    }),
  );

/** Something is expected that could fail; else a scenario would pass whatever the assistant does. */
export const somethingIsExpected: Rule<WrittenScenario> = (declared, draft) => {
  const body = readScenario(declared, draft.texts);
  if (body.observe) return [];
  if (expectationsOf(body).some(({ canFail }) => canFail)) return alwaysExpects(body) ? [] : [mayBeLeftOut];
  const message = "nothing is expected in this scenario, so it could never fail";
  const hint = "Add expect: to a turn; or write observe: true, and it is reported as observed.";
  return [{ path: ["turns"], at: "key", code: "no_expectations", message, hint }];
};

/** True when a gate is of the whole conversation, or of a turn that is always run; a user with nothing to say fails too. */
function alwaysExpects({ turns, expectations }: ScenarioBody): boolean {
  const always = turns.filter(({ when }) => when === null);
  const isChecked = always.some(({ choices }) => choices.length > 0 && choices.every((choice) => choice.when !== null));
  const ofTurns = always.flatMap((turn) => turn.expectations.concat(turn.each));
  return isChecked || ofTurns.concat(expectations).some(({ canFail }) => canFail);
}

const mayBeLeftOut: Finding = {
  path: ["turns"],
  at: "key",
  severity: "warning",
  code: "no_expectations",
  message: "everything that is expected is in turns that may be left out, so it may pass without any of it",
  hint: "Expect something of a turn that is always run, or of the whole conversation.",
};

/** A glob that fits no tool of today may be meant for tools to come. */
function globFindings(glob: string, path: Path, known: readonly string[]): Finding[] {
  if (known.some((name) => fitsGlob(name, glob))) return [];
  const hint = known.length === 0 ? "The assistant of this scenario has no tools." : `It has ${known.join(", ")}.`;
  const message = `no tool of the assistant fits "${glob}", so this never fails`;
  return [{ path, severity: "warning", code: "never_fails", message, hint }];
}

function findingOf({ at, place, ...fault }: Fault, path: Path): Finding {
  return { ...fault, path: [...path, ...at], ...(place !== undefined && { at: place }) };
}

/** Every expectation of a scenario. */
export function expectationsOf({ turns, expectations }: ScenarioBody): Expectation[] {
  return [...turns.flatMap((turn) => [...turn.each, ...turn.expectations]), ...expectations];
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
