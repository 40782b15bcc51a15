import type { KnownNames } from "../../project/expression.ts";
import type { Path } from "../../project/project.ts";
import { partOfTurn, saidIn } from "./written-turn.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { parseTemplate } from "../../project/expression.ts";

/** The context of a scenario's expressions: what is known about the scenario before it runs. */
interface Context {
  scenario: WrittenScenario;
  /** The columns of the file of rows, if there is one; `null` when they cannot be known. */
  columns?: readonly string[] | null;
  /** The names of the variables of the project and its targets; `null` when they cannot be known. */
  shared: readonly string[] | null;
  /** The names of the assistant's tools; `null` when they cannot be known. */
  tools: readonly string[] | null;
}

const turnMembers = ["number", "id"];

/** The names that an expression at a place of a scenario may read; `null` where expressions are not evaluated. */
export function scopeAt(path: Path, { scenario, columns = null, shared, tools }: Context): KnownNames | null {
  const [section, index, , ...rest] = path;
  const { axes, extras } = matrixNames(scenario);
  const matrix = scenario.matrix !== undefined && "rows" in scenario.matrix ? columns : [...axes, ...extras];
  const vars = shared && [...shared, ...Object.keys(scenario.vars ?? {}), ...extras];
  const unshared: KnownNames = { vars, matrix };
  const always: KnownNames = scenario.world === undefined ? unshared : { ...unshared, world: null };
  switch (section) {
    case "vars":
      return { vars: shared, matrix };
    case "thread":
    case "world":
      return unshared;
    case "setup":
    case "teardown":
      return path[2] === "command" ? { ...always, saved: savedInStage(section, Number(index), scenario) } : null;
    case "tools":
      return isOneOf(rest[0], ["when", "return", "error", "set", "append", "command", "http"])
        ? {
            ...always,
            saved: savedBefore(scenario, scenario.turns.length - 1),
            turn: turnMembers,
            args: null,
            call: ["name", "id", "number"],
          }
        : null;
    case "turns":
      return turnScope(Number(index), partOfTurn(path), { scenario, tools }, always);
    case "expect":
      return { ...always, ...afterTurn({ scenario, tools }, scenario.turns.length) };
    default:
      return null;
  }
}

function turnScope(
  index: number,
  [part, ...rest]: (string | number | undefined)[],
  context: Omit<Context, "shared">,
  always: KnownNames,
): KnownNames | null {
  const { scenario, tools: known } = context;
  const turn = turnMembers;
  switch (part) {
    case "when":
    case "user": {
      const { saved, tools, ...last } = afterTurn(context, index);
      return { ...always, saved, tools, turn, ...(index > 0 && last) };
    }
    case "script":
      return isPlayed(rest)
        ? { ...unseen(always), saved: savedInTexts(scenario, index), tools: known, calls: null, turn }
        : null;
    case "stop":
    case "expect":
      return { ...always, ...afterTurn(context, index + 1), turn };
    case "save":
      return rest[1] === "from"
        ? { ...always, ...afterTurn(context, index + 1), saved: savedBefore(scenario, index) }
        : null;
    default:
      return null;
  }
}

/** The names without the world, which the embedded model cannot see. */
function unseen(always: KnownNames): KnownNames {
  return Object.fromEntries(Object.entries(always).filter(([name]) => name !== "world"));
}

/** The names that can be read after `count` turns. */
function afterTurn({ scenario, tools }: Omit<Context, "shared">, count: number) {
  // The client of a conversation does not see what was searched for.
  const seen = tools && tools.filter((name) => name !== "file_search");
  return { saved: savedBefore(scenario, count), tools: seen, calls: null, reply: ["text", "json"] };
}

function matrixNames({ matrix }: WrittenScenario): { axes: string[]; extras: string[] } {
  if (matrix === undefined || "rows" in matrix) return { axes: [], extras: [] };
  const axes = Object.keys(matrix.axes);
  const included = (matrix.include ?? []).flatMap((cell) => Object.keys(cell));
  return { axes, extras: included.filter((name) => !axes.includes(name)) };
}

function savedBefore({ setup, turns }: WrittenScenario, count: number): string[] {
  return savedBy([...(setup ?? []), ...turns.slice(0, count)]);
}

function savedBy(parts: readonly { save?: object | undefined }[]): string[] {
  return parts.flatMap(({ save }) => Object.keys(save ?? {}));
}

/** The names saved by earlier steps of a stage; in teardown, also those saved during the conversation. */
function savedInStage(stage: "setup" | "teardown", index: number, scenario: WrittenScenario): string[] {
  const before = savedBy((scenario[stage] ?? []).slice(0, index));
  return stage === "setup" ? before : [...savedBefore(scenario, scenario.turns.length), ...before];
}

/** The saved names that the embedded model can know: it sees only messages, so a user text up to this turn must contain the value. */
function savedInTexts({ turns }: WrittenScenario, index: number): string[] {
  const said = turns.slice(0, index + 1).flatMap((turn) => saidIn(turn));
  return said.flatMap((text) => {
    const pieces = parseTemplate(text);
    if (!Array.isArray(pieces)) return [];
    return pieces.flatMap((piece) =>
      piece.kind === "expression" ? (/^saved\.([A-Za-z_]\w*)$/.exec(piece.source)?.slice(1) ?? []) : [],
    );
  });
}

/** True for the parts of a step in which expressions are evaluated: its texts, its condition and the arguments of its calls. */
function isPlayed([, key, ...rest]: (string | number | undefined)[]): boolean {
  if (key === "calls") return rest[1] === "with";
  return key === "fail" ? rest[0] === "message" : isOneOf(key, ["when", "say", "refuse", "with"]);
}

function isOneOf(key: string | number | undefined, keys: readonly string[]): boolean {
  return typeof key === "string" && keys.includes(key);
}
