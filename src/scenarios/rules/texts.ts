import type { KnownNames } from "../../project/expression.ts";
import type { Finding } from "../../project/finding.ts";
import type { Path } from "../../project/project.ts";
import { toolNamesOf } from "../../project/rules/assistant.ts";
import { patternFindings } from "../../project/rules/pattern.ts";
import type { WrittenScenario } from "../../project/schemas/scenario/file.ts";
import { hasExpressions, parseTemplate } from "../../project/expression.ts";
import {
  expressionFindings,
  placeholderFindings,
  expressionsNotPossible,
  sharedVars,
  templateFindings,
  textsIn,
} from "../../project/rules/expressions.ts";
import type { Rule } from "../../project/rules/rule.ts";
import type { TextKind } from "../subjects/subject.ts";
import { subjects } from "../subjects/table.ts";
import { partOfTurn } from "./written-turn.ts";
import { columnsOf } from "./rows.ts";
import { scopeAt } from "./scope.ts";

/** Expressions must be at places where they are evaluated and read only names that exist then; regular expressions must be valid. */
export const textsAreReadable: Rule<WrittenScenario> = (declared, draft) => {
  const { value } = declared;
  // The unreadable part of a scenario may have defined what its expressions read.
  const isWhole = !draft.rests.scenarios.includes(declared);
  const assistant = draft.assistants.get(value.assistant);
  const tools = assistant === undefined ? null : toolNamesOf(assistant, draft);
  const context = { scenario: value, columns: columnsOf(declared, draft.texts), shared: sharedVars(draft), tools };
  const scopeOf = (path: Path) => {
    const known = scopeAt(path, context);
    return isWhole || known === null ? known : withoutMembers(known);
  };
  return textsIn(value, []).flatMap(({ text, path }) => placeholdersAt(text, path).concat(findingsAt(text, path)));

  function findingsAt(text: string, path: Path): Finding[] {
    const kind = kindOf(path);
    const isCondition = kind === "expression";
    const known = (isCondition || hasExpressions(text)) && kind !== "plain" ? scopeOf(path) : null;
    if (known === null) {
      return kind === "regex" && !hasExpressions(text)
        ? patternFindings(text, path)
        : expressionsNotPossible(text, path);
    }
    const found = isCondition ? conditionFindings(text, path, known) : templateFindings(text, path, known);
    const findings = value.world === undefined ? found.map(withDeclaration) : found;
    return path[0] === "turns" && partOfTurn(path)[0] === "script" ? findings.map(withReason) : findings;
  }
};

/** Placeholders in texts that are said, answered or expected. A text under not_contains may deliberately be an unfilled placeholder. */
function placeholdersAt(text: string, path: Path): Finding[] {
  const [section, , part] = path;
  const isExpected = section === "expect" || (section === "turns" && partOfTurn(path)[0] === "expect");
  if (isExpected) {
    const isCompared = kindOf(path) === "template" && !path.includes("not_contains") && !path.includes("$not");
    return isCompared ? placeholderFindings(text, path, "compared") : [];
  }
  const isSaid =
    section === "turns"
      ? (part === "user" && path.at(-1) !== "when") || part === "script"
      : section !== undefined && answered.has(section);
  return isSaid ? placeholderFindings(text, path, "said") : [];
}

const answered: ReadonlySet<string | number> = new Set(["thread", "tools", "vars"]);

/** Findings about conditions; a common mistake is to write the expression as if inside a text. */
function conditionFindings(text: string, path: Path, known: KnownNames): Finding[] {
  const findings = expressionFindings(text, path, known);
  const pieces = parseTemplate(text);
  const [piece] = Array.isArray(pieces) ? pieces : [];
  if (findings.length === 0 || piece?.kind !== "expression") return findings;
  const key = path.findLast((step) => typeof step === "string" && step !== "that");
  const message = `"${key}" is already an expression and is written without \${{ }}`;
  return [{ path, code: "bad_expression", message, label: `write ${piece.source}` }];
}

const withoutMembers = (known: KnownNames): KnownNames =>
  Object.fromEntries(Object.keys(known).map((name) => [name, null]));

function withDeclaration(finding: Finding): Finding {
  const isOfWorld = finding.code === "unknown_name" && /^world\b/.test(partOf(finding));
  return isOfWorld ? { ...finding, hint: "Declare its initial state, such as world: { orders: {} }." } : finding;
}

/** The part of an expression that a finding is about. */
function partOf({ at }: Finding): string {
  return typeof at === "object" ? at.text.slice(at.start, at.end) : "";
}

function withReason(finding: Finding): Finding {
  const read = partOf(finding);
  if (finding.code !== "unknown_name") return finding;
  if (/^world\b/.test(read))
    return { ...finding, hint: "The model sees only the part of the world that tools return: tools.NAME.result." };
  if (!read.startsWith("saved.")) return finding;
  const hint = `The embedded model sees only the conversation: it knows a saved value once a user text contains it, as in "user: And \${{ ${read} }}?"`;
  return { ...finding, hint };
}

/** How the text at a path is read; in an expectation, its subject decides. Patterns are literal unless they contain expressions. */
export function kindOf(path: Path): TextKind {
  const [section] = path;
  const inTurn = section === "turns" ? partOfTurn(path) : [];
  if (section === "expect" || inTurn[0] === "expect") {
    const [name, ...inside] = section === "expect" ? path.slice(1) : inTurn.slice(1);
    return subjects.find((subject) => subject.name === name)?.textKind(inside) ?? "template";
  }
  if (section === "tools" && path.length === 4 && path[3] === "when") return "expression";
  if (section !== "turns") return "template";
  const [key, , ofStep, ...more] = inTurn;
  if (key === "when" || key === "stop") return "expression";
  if (key === "script") return ofStep === "when" && more.length === 0 ? "expression" : "template";
  if (key !== "save") return "template";
  return path.at(-1) === "from" ? "expression" : "regex";
}

/** No rule may come after one that always answers, because it would never be reached. */
export const rulesAreReached: Rule<WrittenScenario> = ({ value }) =>
  Object.entries(value.tools ?? {}).flatMap(([tool, rules]): Finding[] => {
    const last = rules.findIndex((rule) => rule.when === undefined && rule.times === undefined);
    if (last === -1 || last === rules.length - 1) return [];
    const message = `this rule is never reached: item ${last + 1} always answers`;
    return [{ path: ["tools", tool, last + 1], code: "unreachable_rule", message }];
  });
