import type { KnownNames } from "../../project/expression.ts";
import type { Path } from "../../project/project.ts";
import { partOfTurn, saidIn } from "./written-turn.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { parseTemplate } from "../../project/expression.ts";

/** Where a scenario's expressions stand, and what is known of it before it runs. */
interface Context {
  scenario: WrittenScenario;
  /** The columns of the file of rows, when there is one; `null` when they cannot be known. */
  columns?: readonly string[] | null;
  /** The names of the variables of the project and its targets; `null` when they cannot be known. */
  shared: readonly string[] | null;
  /** The names of the assistant's tools; `null` when they cannot be known. */
  tools: readonly string[] | null;
}

const turnMembers = ["number", "id"];

/** What an expression at a place of a scenario may read when it is evaluated; `null` where none is evaluated. */
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

/** The embedded model knows nothing of the world. */
function unseen(always: KnownNames): KnownNames {
  return Object.fromEntries(Object.entries(always).filter(([name]) => name !== "world"));
}

/** What can be read once so many turns are over. */
function afterTurn({ scenario, tools }: Omit<Context, "shared">, count: number) {
  // What was searched for is not told to the client of a conversation.
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

/** What steps before one of a stage saved; after the conversation, what was saved until then too. */
function savedInStage(stage: "setup" | "teardown", index: number, scenario: WrittenScenario): string[] {
  const before = savedBy((scenario[stage] ?? []).slice(0, index));
  return stage === "setup" ? before : [...savedBefore(scenario, scenario.turns.length), ...before];
}

/** The embedded model hears only what is said: it knows a saved value from a user text that is said by then. */
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

/** Of a step, its texts, its condition and the arguments of its calls. */
function isPlayed([, key, ...rest]: (string | number | undefined)[]): boolean {
  if (key === "calls") return rest[1] === "with";
  return key === "fail" ? rest[0] === "message" : isOneOf(key, ["when", "say", "refuse", "with"]);
}

function isOneOf(key: string | number | undefined, keys: readonly string[]): boolean {
  return typeof key === "string" && keys.includes(key);
}
