import type { Path } from "../../project/project.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import type { WrittenTurn } from "../../project/schemas/scenario/turn.ts";
import type { WrittenStep } from "../../project/schemas/script.ts";

/** What the user may say in a turn. */
export function saidIn({ user }: WrittenTurn): string[] {
  return typeof user === "string" ? [user] : user.any.map(({ say }) => say);
}

/** Every script of a scenario, those of single choices included, with their places. */
export function writtenScripts({ turns }: WrittenScenario): { steps: readonly WrittenStep[]; path: Path }[] {
  return turns.flatMap(({ user, script }, turn) => {
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

/** The part of a turn that a path leads to, without the steps before it: those of a choice are read as those of the turn itself. */
export function partOfTurn([, , part, ...rest]: Path): (string | number)[] {
  if (part === undefined) return [];
  const [any, index, key, ...inside] = rest;
  if (part !== "user" || any !== "any" || index === undefined || key === undefined) return [part, ...rest];
  return key === "say" ? ["user"] : [key, ...inside];
}
