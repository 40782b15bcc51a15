import { keyDefaults } from "../../project/schemas/defaults.ts";
import type { WrittenSpokenTurn, WrittenTurn } from "../../project/schemas/scenario/turn.ts";
import type { Path } from "../../project/project.ts";
import type { Choice, Turn } from "../scenario.ts";
import { saveExpectation } from "../subjects/save.ts";
import type { Source, Subject } from "../subjects/subject.ts";
import { readAttachments } from "./attach.ts";
import { readExpectations } from "./expectations.ts";
import { readSimulation } from "./simulate.ts";

/** A turn of a scenario. `forbidden` are the tools that the entire conversation forbids; `files` are the files that may be attached, by name. */
export function readTurn(
  known: readonly Subject[],
  written: WrittenTurn,
  index: number,
  source: Source,
  forbidden: readonly string[],
  files: ReadonlyMap<string, string>,
): Turn {
  const { id, when, save = {}, expect } = written;
  // `concat` allocates arrays of the exact length; a spread reserves more, which doubles the memory of a suite of thousands.
  const path: Path = ["turns", index];
  const saves = Object.entries(save).map(([name, value]) => Object.assign({ name }, value));
  const isSimulated = "simulate" in written;
  const said = path.concat(isSimulated ? "simulate" : "user");
  const implied = (of: WrittenTurn["expect"]) =>
    known
      .filter(({ name, implied }) => implied !== undefined && of?.[name] === undefined)
      .flatMap((subject) => subject.read(subject.implied, said, source))
      .map((expectation) => Object.assign(expectation, { canFail: false, faults: [] }));
  const each = isSimulated
    ? [...readExpectations(known, "turn", written.each, path.concat("each"), () => source), ...implied(written.each)]
    : [];
  const expectations = [
    ...readExpectations(known, "turn", expect, path.concat("expect"), () => source),
    ...(isSimulated ? [] : implied(expect)),
    ...(saves.length === 0 ? [] : [saveExpectation(saves, path.concat("save"))]),
  ];
  const demands = [...each, ...expectations].map((expectation) => expectation.demands);
  return {
    number: index + 1,
    id: id ?? null,
    when: when === undefined ? null : { text: when, path: path.concat("when") },
    path: said,
    choices: isSimulated ? [] : readChoices(written.user, written.script, path),
    simulation: isSimulated ? readSimulation(known, written.simulate, said, source) : null,
    each,
    attachments: isSimulated ? [] : readAttachments(written.attach, files, path.concat("attach")),
    saves,
    expectations,
    endsAs: demands.find(({ status }) => status !== undefined)?.status ?? keyDefaults.expect.status,
    forbidden: [...demands.flatMap(({ forbid }) => forbid ?? []), ...forbidden],
  };
}

/** The choices of a turn; a choice without a script uses that of the turn. */
function readChoices(user: WrittenSpokenTurn["user"], script: WrittenSpokenTurn["script"], path: Path): Choice[] {
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
