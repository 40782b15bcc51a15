import type { Path } from "../../project/project.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import type { WrittenTurn } from "../../project/schemas/scenario/turn.ts";
import type { WrittenStep } from "../../project/schemas/script.ts";

/** The texts that the user may say in a turn. */
export function saidIn(turn: WrittenTurn): string[] {
  if ("simulate" in turn) return (turn.simulate.script ?? []).map(({ say }) => say);
  const { user } = turn;
  return typeof user === "string" ? [user] : user.any.map(({ say }) => say);
}

/** Every script of a scenario, including those of single choices, with their places. */
export function writtenScripts({ turns }: WrittenScenario): { steps: readonly WrittenStep[]; path: Path }[] {
  return turns.flatMap((written, turn) => {
    if ("simulate" in written) {
      return (written.simulate.script ?? []).map(({ script = [] }, index) => ({
        steps: script,
        path: ["turns", turn, "simulate", "script", index, "script"],
      }));
    }
    const { user, script } = written;
    const ofChoices = typeof user === "string" ? [] : user.any;
    return [
      { steps: script ?? [], path: ["turns", turn, "script"] },
      ...ofChoices.map((choice, index) => ({
        steps: choice.script ?? [],
        path: ["turns", turn, "user", "any", index, "script"],
      })),
    ];
  });
}

/**
 * The part of a turn that a path leads to, without the steps before it. The parts of a choice, and of a simulated user's message, are treated
 * like those of the turn itself.
 */
export function partOfTurn([, , part, ...rest]: Path): (string | number)[] {
  if (part === undefined) return [];
  if (part === "each") return ["expect", ...rest];
  if (part === "simulate") return partOfSimulation(rest);
  const [any, index, key, ...inside] = rest;
  if (part !== "user" || any !== "any" || index === undefined || key === undefined) return [part, ...rest];
  return key === "say" ? ["user"] : [key, ...inside];
}

function partOfSimulation(rest: Path): (string | number)[] {
  const [key, index, inner, ...inside] = rest;
  if (key === "script" && index !== undefined) return inner === "script" ? ["script", ...inside] : ["user"];
  if (key !== "stop") return ["user"];
  return index === "when" ? ["stop"] : ["expect", "reply", ...(inner === undefined ? [] : [inner]), ...inside];
}
