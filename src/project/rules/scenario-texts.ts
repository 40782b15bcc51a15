import type { Finding } from "../finding.ts";
import type { Path } from "../project.ts";
import { regexFault } from "../regex.ts";
import type { WrittenScenario } from "../schemas/scenario.ts";
import { hasExpressions } from "../template.ts";
import { expressionFindings, templateFindings, textsIn } from "./expressions.ts";
import type { Rule } from "./rule.ts";

const always = ["vars", "matrix"];
const inScript = [...always, "saved", "tools", "calls", "turn"];
const inTurn = [...inScript, "reply"];
const inStub = [...inTurn, "args", "call"];

/** Expressions read what is there at that moment, and regular expressions can be read. */
export const textsAreReadable: Rule<WrittenScenario> = ({ value }) =>
  textsIn(value, []).flatMap(({ text, path }) => {
    if (isCondition(path)) return expressionFindings(text, path, namesAt(path));
    if (hasExpressions(text)) return templateFindings(text, path, namesAt(path));
    return isRegex(path) ? regexFindings(text, path) : [];
  });

function regexFindings(text: string, path: Path): Finding[] {
  const fault = regexFault(text);
  return fault === null ? [] : [{ path, code: "bad_regex", message: fault }];
}

function namesAt([section, , part]: Path): readonly string[] {
  if (section === "tools") return inStub;
  if (section === "turns") return part === "script" ? inScript : inTurn;
  return section === "expect" ? inTurn : always;
}

/** Whether the text at a path is an expression as it stands, without `${{ }}`. */
function isCondition(path: Path): boolean {
  const [section, , part, , last] = path;
  if (section === "turns" && part === "script" && last === "when" && path.length === 5) return true;
  const expectation =
    section === "turns" && part === "expect" ? path.slice(3) : section === "expect" ? path.slice(1) : [];
  const [subject, ...rest] = expectation;
  return subject === "check" && rest.every((step) => typeof step === "number" || step === "that");
}

function isRegex(path: Path): boolean {
  const last = path.at(-1);
  const name = typeof last === "number" ? path.at(-2) : last;
  if (last === "$regex") return true;
  if (path[0] !== "turns") return false;
  return (
    (path[2] === "expect" && path[3] === "reply" && name === "matches") || (path[2] === "save" && last === "regex")
  );
}

/** A rule after one that always answers is never reached. */
export const rulesAreReached: Rule<WrittenScenario> = ({ value }) =>
  Object.entries(value.tools ?? {}).flatMap(([tool, rules]): Finding[] => {
    const last = rules.findIndex((rule) => rule.when === undefined && rule.times === undefined);
    if (last === -1 || last === rules.length - 1) return [];
    const message = `this rule is never reached: item ${last + 1} always answers`;
    return [{ path: ["tools", tool, last + 1], severity: "warning", code: "unreachable_rule", message }];
  });
