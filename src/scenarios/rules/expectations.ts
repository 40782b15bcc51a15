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

/** Expectations must name things that exist, and must be written so that they can be judged. */
export const expectationsFit: Rule<WrittenScenario> = (declared, draft) => {
  const assistant = draft.assistants.get(declared.value.assistant);
  const known = assistant === undefined ? null : toolNamesOf(assistant, draft);
  // A raw tool may be one of these under another name.
  const mayHaveMore = (assistant?.value.tools ?? []).some((tool) => typeof tool === "object" && "raw" in tool);
  // Shared parts may be for another assistant. Checked only for findings, because a place requires reading the file again.
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
  // The unreadable part of a broken file may have contained the expectations.
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

/** A stop condition of a simulated user is decided at once, without a model. */
function withoutModels({ path, references, faults }: Expectation): Pick<Expectation, "path" | "references" | "faults"> {
  const asked = references.filter(({ kind }) => kind === "model");
  const never = asked.map(({ at }): Fault => {
    const hint = "Write a text that the reply contains, or an expression: stop: { when: ... }.";
    return {
      at,
      place: "key",
      code: "never_holds",
      message: "this can never hold: no model is called for a stop condition",
      hint,
    };
  });
  return { path, references: references.filter(({ kind }) => kind !== "model"), faults: [...faults, ...never] };
}

/** The matchers of stubs must be valid and name arguments that the function has. */
export const stubMatchersFit: Rule<WrittenScenario> = (declared, draft) =>
  [...readScenario(declared, draft.texts).stubs].flatMap(([of, rules]) =>
    rules.flatMap(({ path, when }) => {
      const faults = matcherFaults(when, ["when"]).map((fault) => findingOf(fault, path));
      return faults.length > 0 || when === undefined
        ? faults
        : argumentFindings({ of, written: when }, [...path, "when"], draft);
    }),
  );

/** An error may be expected only of a turn that must fail: other turns have no error. */
export const errorsAreOfFailures: Rule<WrittenScenario> = (declared, draft) =>
  readScenario(declared, draft.texts).turns.flatMap(({ endsAs, expectations }) =>
    expectations.flatMap(({ path, demands }): Finding[] => {
      if (demands.failure !== true || endsAs === "failed") return [];
      const message = `this can never hold: a turn that ends with status ${endsAs} has no error`;
      return [{ path, at: "key", code: "never_holds", message, hint: "Write status: failed beside it." }];
    }),
  );

/** A scenario must have an expectation that can fail, or it would pass whatever the assistant does. */
export const somethingIsExpected: Rule<WrittenScenario> = (declared, draft) => {
  const body = readScenario(declared, draft.texts);
  if (body.observe) return [];
  if (expectationsOf(body).some(({ canFail }) => canFail)) return alwaysExpects(body) ? [] : [mayBeLeftOut];
  const message = "this scenario expects nothing, so it can never fail";
  const hint = "Add expect: to a turn, or write observe: true to have it reported as observed.";
  return [{ path: ["turns"], at: "key", code: "no_expectations", message, hint }];
};

/** True when there is a gate on the entire conversation or on a turn that always runs. A user without a matching choice is a failure too. */
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
  message: "all expectations are in turns that may be skipped, so the scenario can pass without checking any of them",
  hint: "Add an expectation to a turn that always runs, or to the entire conversation.",
};

/** The warning for a glob that matches no tool; it may be meant for future tools. */
function globFindings(glob: string, path: Path, known: readonly string[]): Finding[] {
  if (known.some((name) => fitsGlob(name, glob))) return [];
  const hint =
    known.length === 0 ? "The assistant of this scenario has no tools." : `Its tools are ${known.join(", ")}.`;
  const message = `no tool of the assistant matches "${glob}", so this never fails`;
  return [{ path, severity: "warning", code: "never_fails", message, hint }];
}

function findingOf({ at, place, ...fault }: Fault, path: Path): Finding {
  return { ...fault, path: [...path, ...at], ...(place !== undefined && { at: place }) };
}

/** Every expectation of a scenario. */
export function expectationsOf({ turns, expectations }: ScenarioBody): Expectation[] {
  return [...turns.flatMap((turn) => [...turn.each, ...turn.expectations]), ...expectations];
}

/** Expected calls must be calls to functions of the assistant: uses of built-in tools are not calls. */
function functionFindings(
  { name, place }: Extract<Reference, { kind: "function" }>,
  path: Path,
  known: readonly string[] | null,
): Finding[] {
  const hint = builtInHints.get(name);
  if (hint !== undefined) {
    const message = `${name} is a built-in tool; only function calls can be expected here`;
    return [{ path, at: place, code: "built_in_tool", message, hint }];
  }
  return known === null || known.includes(name) ? [] : [unknownTool(name, known, path, place)];
}

const builtInHints: ReadonlyMap<string, string> = new Map([
  ["code_interpreter", "To check what it ran and printed, write expect: { code: { contains: ..., logs: ... } }."],
  ["file_search", "To check what it found, check the reply: expect: { reply: { contains: ... } }."],
]);
