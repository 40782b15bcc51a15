import { keyDefaults } from "../../project/schemas/defaults.ts";
import { fileSaying } from "../../project/draft.ts";
import type { Declared, Path } from "../../project/project.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import type { ScenarioBody } from "../scenario.ts";
import type { Source, Subject, Texts } from "../subjects/subject.ts";
import { subjects } from "../subjects/table.ts";
import { readFiles } from "./attach.ts";
import { readExpectations } from "./expectations.ts";
import { readLimits } from "./limits.ts";
import { readRepeat } from "./repeat.ts";
import { readStage } from "./stage.ts";
import { readRules } from "./tool-rule.ts";
import { readTurn } from "./turn.ts";

/** A cache of files that were read, because every rule needs them. `texts` are those that a file was read with, `null` when it names none. */
const bodies = new WeakMap<Declared<WrittenScenario>, { texts: Texts | null; body: ScenarioBody }>();

/**
 * A scenario's file in normal form, for everything after it: no alternative notations, and every part with its place. Read once for the same
 * texts, and only once when it names no files.
 */
export function readScenario(declared: Declared<WrittenScenario>, texts: Texts): ScenarioBody {
  const before = bodies.get(declared);
  if (before !== undefined && (before.texts === null || before.texts === texts)) return before.body;
  let isAsked = false;
  const get = (path: string) => {
    isAsked = true;
    return texts.get(path);
  };
  const body = readWith(subjects, declared, { get });
  bodies.set(declared, { texts: isAsked ? texts : null, body });
  return body;
}

/** The same for callers that need only what does not depend on the texts: any cached reading is used. */
export function readNames(declared: Declared<WrittenScenario>): ScenarioBody {
  return bodies.get(declared)?.body ?? readScenario(declared, noTexts);
}

const noTexts: Texts = new Map();

/** The same with other kinds of expectations. */
export function readWith(known: readonly Subject[], declared: Declared<WrittenScenario>, texts: Texts): ScenarioBody {
  const { file, value, place } = declared;
  const { assistant, tags = [], owner = null, skip, only = false, observe = false } = value;
  const fileAt = (path: Path) => fileSaying(declared, path);
  const source: Source = { file, texts };
  const expectations = readExpectations(known, "conversation", value.expect, ["expect"], (path) => ({
    file: fileAt(path),
    texts,
  }));
  const files = readFiles(declared);
  const forbidden = expectations.flatMap(({ demands }) => demands.forbid ?? []);
  return {
    file,
    place,
    fileSaying: fileAt,
    assistant,
    tags,
    owner,
    skip: skip === undefined ? null : { reason: skip.reason, until: skip.until ?? null },
    only,
    observe,
    stubs: new Map(Object.entries(value.tools ?? {}).map(([name, rules]) => [name, readRules(name, rules)])),
    setup: readStage("setup", value.setup),
    teardown: readStage("teardown", value.teardown),
    limits: readLimits(value.limits),
    onFail: value.on_fail ?? keyDefaults.scenario.onFail,
    repeat: readRepeat(value.repeat),
    turns: value.turns.map((turn, index) => readTurn(known, turn, index, source, forbidden, files)),
    expectations,
  };
}
