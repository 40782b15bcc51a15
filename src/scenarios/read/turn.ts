import type { WrittenTurn } from "../../project/schemas/scenario/turn.ts";
import type { Turn } from "../scenario.ts";
import { saveExpectation } from "../subjects/save.ts";
import type { Source, Subject } from "../subjects/subject.ts";
import { readExpectations } from "./expectations.ts";

/** A turn of a scenario. `forbidden` are the tools that the whole conversation forbids. */
export function readTurn(
  known: readonly Subject[],
  { id, user, script, save = {}, expect }: WrittenTurn,
  index: number,
  source: Source,
  forbidden: readonly string[],
): Turn {
  const path = ["turns", index];
  const saves = Object.entries(save).map(([name, value]) => Object.assign({ name }, value));
  const written = readExpectations(known, "turn", expect, [...path, "expect"], source);
  const implied = known
    .filter(({ name, implied }) => implied !== undefined && expect?.[name] === undefined)
    .flatMap((subject) => subject.read(subject.implied, [...path, "user"], source))
    .map((expectation) => Object.assign(expectation, { canFail: false }));
  const expectations = [
    ...written,
    ...implied,
    ...(saves.length === 0 ? [] : [saveExpectation(saves, [...path, "save"])]),
  ];
  return {
    number: index + 1,
    id: id ?? null,
    user: { text: user, path: [...path, "user"] },
    steps: script ?? null,
    saves,
    expectations,
    endsAs: expectations.find(({ demands }) => demands.status !== undefined)?.demands.status ?? "completed",
    forbidden: [...expectations.flatMap(({ demands }) => demands.forbid ?? []), ...forbidden],
  };
}
