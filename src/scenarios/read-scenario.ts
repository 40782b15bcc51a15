import type { Declared, Path } from "../project/project.ts";
import type { Scope } from "../project/expression.ts";
import type { WrittenScenario, WrittenToolRule, WrittenTurn } from "../project/schemas/scenario.ts";
import { toMilliseconds } from "../kit/duration.ts";
import { fill, fillText } from "./fill.ts";
import { cellId, cellsOf, type Cell } from "./matrix.ts";
import type { Scenario, ScenarioBody, StubAnswer, StubRule, Turn } from "./scenario.ts";
import { saveExpectation } from "./subjects/save.ts";
import type { Expectation, Source, Subject } from "./subjects/subject.ts";
import { subjects } from "./subjects/table.ts";

/** What the scenarios of a project share. Later ones win: variables of the project, of the target, of the scenario, of the matrix cell. */
export interface ExpandContext {
  projectVars: Scope;
  targetVars: Scope;
  /** The text of the files that scenarios name, by path from the project's root. */
  texts: ReadonlyMap<string, string>;
}

const defaultTimeout = 60_000;
const defaultToolRounds = 8;

/** Every scenario that a file stands for: one, or one for each cell of its matrix. Throws a ProblemError when a variable cannot be evaluated. */
export function expand(declared: Declared<WrittenScenario>, context: ExpandContext): Scenario[] {
  const { value } = declared;
  const body = readScenario(declared, context.texts);
  const baseId = value.id ?? declared.name;
  const shared = { ...context.projectVars, ...context.targetVars };
  const scenarioOf = (cell: Cell): Scenario => {
    const matrix = { ...cell.axes, ...cell.extras };
    const id = cellId(baseId, cell);
    const own = fill(declared, ["vars"], value.vars ?? {}, { vars: shared, matrix });
    const scope = { vars: { ...shared, ...own, ...cell.extras }, matrix };
    return { ...body, id, baseId, name: value.name ?? id, scope, ...threadOf(declared, scope) };
  };
  return cellsOf(value.matrix).map(scenarioOf);
}

/** What was read of a file, and with which texts: every rule asks for it. */
const bodies = new WeakMap<Declared<WrittenScenario>, { texts: ReadonlyMap<string, string>; body: ScenarioBody }>();

/**
 * What a scenario's file says, in the one form that everything after it reads: no alternative ways of writing, and every part with
 * its place. Read once for the same texts.
 */
export function readScenario(declared: Declared<WrittenScenario>, texts: ReadonlyMap<string, string>): ScenarioBody {
  const before = bodies.get(declared);
  if (before?.texts === texts) return before.body;
  const body = readWith(subjects, declared, texts);
  bodies.set(declared, { texts, body });
  return body;
}

/** The same with other expectations than those that there are. */
export function readWith(
  known: readonly Subject[],
  declared: Declared<WrittenScenario>,
  texts: ReadonlyMap<string, string>,
): ScenarioBody {
  const { file, value, place } = declared;
  const { assistant, tags = [], owner = null, skip, only = false, observe = false, limits } = value;
  const source: Source = { file, texts };
  const expectations = readExpectations(known, "conversation", value.expect, ["expect"], source);
  const forbidden = expectations.flatMap(({ demands }) => demands.forbid ?? []);
  return {
    file,
    place,
    assistant,
    tags,
    owner,
    skip: skip === undefined ? null : { reason: skip.reason, until: skip.until ?? null },
    only,
    observe,
    stubs: new Map(Object.entries(value.tools ?? {}).map(([name, rules]) => [name, readRules(name, rules)])),
    limits: {
      turnTimeout: limits?.turn?.timeout === undefined ? defaultTimeout : toMilliseconds(limits.turn.timeout),
      toolRounds: limits?.turn?.tool_rounds ?? defaultToolRounds,
    },
    turns: value.turns.map((turn, index) => readTurn(known, turn, index, source, forbidden)),
    expectations,
  };
}

function readTurn(
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

/** What is written under one `expect`, in the order of the table. */
function readExpectations(
  known: readonly Subject[],
  about: "turn" | "conversation",
  written: Readonly<Record<string, unknown>> | undefined,
  path: Path,
  source: Source,
): Expectation[] {
  return known.flatMap((subject) => {
    const expected = written?.[subject.name];
    if (expected === undefined || subject.schemas[about] === undefined) return [];
    return subject.read(expected, [...path, subject.name], source);
  });
}

function readRules(name: string, rules: readonly WrittenToolRule[]): StubRule[] {
  return rules.map((rule, index) => ({
    path: ["tools", name, index],
    when: rule.when,
    times: rule.times ?? Infinity,
    delay: toMilliseconds(rule.delay ?? 0),
    answer: readAnswer(rule),
  }));
}

function readAnswer(rule: WrittenToolRule): StubAnswer {
  if ("error" in rule) return { kind: "error", message: rule.error };
  if ("return" in rule) return { kind: "return", value: rule.return };
  return "module" in rule ? { kind: "module", module: rule.module } : { kind: "handler" };
}

function threadOf(declared: Declared<WrittenScenario>, scope: Scope): Pick<Scenario, "opening" | "metadata"> {
  const { messages = [], metadata = {} } = declared.value.thread ?? {};
  return {
    opening: messages.map((message, index) => {
      const [role, text] =
        "user" in message ? (["user", message.user] as const) : (["assistant", message.assistant] as const);
      return { role, text: fillText(declared, ["thread", "messages", index, role], text, scope) };
    }),
    metadata: Object.fromEntries(
      Object.entries(metadata).map(([key, text]) => [
        key,
        fillText(declared, ["thread", "metadata", key], text, scope),
      ]),
    ),
  };
}
