import type { WrittenTurn } from "../../project/schemas/scenario/turn.ts";
import type { Path } from "../../project/project.ts";
import type { Choice, Turn } from "../scenario.ts";
import { saveExpectation } from "../subjects/save.ts";
import type { Source, Subject } from "../subjects/subject.ts";
import { readAttachments } from "./attach.ts";
import { readExpectations } from "./expectations.ts";

/** A turn of a scenario. `forbidden` are the tools that the whole conversation forbids, `files` those that may be attached, by name. */
export function readTurn(
  known: readonly Subject[],
  { id, when, user, attach, script, save = {}, expect }: WrittenTurn,
  index: number,
  source: Source,
  forbidden: readonly string[],
  files: ReadonlyMap<string, string>,
): Turn {
  // `concat` makes arrays of just their length; a spread leaves room for more, which is half of what a suite of thousands takes.
  const path: Path = ["turns", index];
  const saves = Object.entries(save).map(([name, value]) => Object.assign({ name }, value));
  const written = readExpectations(known, "turn", expect, path.concat("expect"), () => source);
  const implied = known
    .filter(({ name, implied }) => implied !== undefined && expect?.[name] === undefined)
    .flatMap((subject) => subject.read(subject.implied, path.concat("user"), source))
    .map((expectation) => Object.assign(expectation, { canFail: false }));
  const expectations = [
    ...written,
    ...implied,
    ...(saves.length === 0 ? [] : [saveExpectation(saves, path.concat("save"))]),
  ];
  return {
    number: index + 1,
    id: id ?? null,
    when: when === undefined ? null : { text: when, path: path.concat("when") },
    path: path.concat("user"),
    attachments: readAttachments(attach, files, path.concat("attach")),
    choices: readChoices(user, script, path),
    saves,
    expectations,
    endsAs: expectations.find(({ demands }) => demands.status !== undefined)?.demands.status ?? "completed",
    forbidden: [...expectations.flatMap(({ demands }) => demands.forbid ?? []), ...forbidden],
  };
}

/** A choice without a script of its own has that of the turn. */
function readChoices(user: WrittenTurn["user"], script: WrittenTurn["script"], path: Path): Choice[] {
  const ofTurn = script === undefined ? null : { steps: script, path: path.concat("script") };
  if (typeof user === "string") return [{ when: null, say: { text: user, path: path.concat("user") }, script: ofTurn }];
  return user.any.map(({ when, say, script: own }, index) => {
    const at = [...path, "user", "any", index];
    return {
      when: when === undefined ? null : { text: when, path: [...at, "when"] },
      say: { text: say, path: [...at, "say"] },
      script: own === undefined ? ofTurn : { steps: own, path: [...at, "script"] },
    };
  });
}
