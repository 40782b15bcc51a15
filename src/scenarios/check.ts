import { toProblem } from "../project/finding.ts";
import type { Declared, Path } from "../project/project.ts";
import type { WrittenScenario } from "../project/schemas/scenario.ts";
import type { Problem } from "../problem.ts";
import { isLongForm, readTimes } from "./judge/expected-calls.ts";
import { checkMatcher } from "./matcher/check-matcher.ts";
import { show } from "./matcher/json.ts";
import { isObject } from "../kit/json.ts";

type Pattern = readonly [path: Path, pattern: unknown];

/** What is wrong with the matchers of a scenario and with how often it expects calls. Its schema has been checked before. */
export function checkScenario(declared: Declared<WrittenScenario>): Problem[] {
  const { tools = {}, turns, expect } = declared.value;
  const whens = Object.entries(tools).flatMap(([name, rules]) =>
    rules.map((rule, index): Pattern => [["tools", name, index, "when"], rule.when]),
  );
  const ofTurns = turns.flatMap((turn, index) => expectationPatterns(["turns", index, "expect"], turn.expect));
  const patterns = [...whens, ...ofTurns, ...expectationPatterns(["expect"], expect)];
  return [
    ...patterns.flatMap(([path, pattern]) =>
      checkMatcher(pattern).map((fault) =>
        toProblem(declared, { path: path.concat(fault.path), at: "key", code: "bad_matcher", message: fault.message }),
      ),
    ),
    ...longCalls(declared.value).flatMap(([path, call]) => checkTimes(declared, path, call)),
  ];
}

function expectationPatterns(path: Path, expect: WrittenScenario["turns"][number]["expect"]): Pattern[] {
  const { reply, code, usage, tools } = expect ?? {};
  const { severity: _, ...tokens } = usage ?? {};
  return [
    [[...path, "reply", "json", "match"], reply?.json?.match],
    [[...path, "reply", "words"], reply?.words],
    [[...path, "code", "logs"], code?.logs],
    ...Object.entries(tokens).map(([key, pattern]): Pattern => [[...path, "usage", key], pattern]),
    ...callsOf([...path, "tools"], tools).flatMap(([place, call]) => callPatterns(place, call)),
  ];
}

function callPatterns(path: Path, call: unknown): Pattern[] {
  if (!isLongForm(call)) return [[path, call]];
  return [
    [[...path, "args"], call["args"]],
    [[...path, "result"], call["result"]],
  ];
}

/** What is expected of each call that says more than a name, by place. */
function callsOf(path: Path, tools: unknown): Pattern[] {
  const [list, place] = Array.isArray(tools)
    ? [tools, path]
    : [isObject(tools) ? tools["calls"] : [], [...path, "calls"]];
  return (Array.isArray(list) ? list : []).flatMap((call, index) =>
    isObject(call) ? Object.entries(call).map(([name, value]): Pattern => [[...place, index, name], value]) : [],
  );
}

function longCalls({ turns, expect }: WrittenScenario): Pattern[] {
  const ofTurns = turns.flatMap((turn, index) => callsOf(["turns", index, "expect", "tools"], turn.expect?.tools));
  return [...ofTurns, ...callsOf(["expect", "tools"], expect?.tools)].filter(([, call]) => isLongForm(call));
}

function checkTimes(declared: Declared<WrittenScenario>, path: Path, call: unknown): Problem[] {
  const { times, match } = call as { times?: unknown; match?: unknown };
  const wrongMatch = match !== undefined && match !== "exact" && match !== "partial";
  return [
    ...(times === undefined || readTimes(times) !== null
      ? []
      : [
          toProblem(declared, {
            path: [...path, "times"],
            code: "bad_times",
            message: `times cannot be ${show(times)}`,
            hint: "Write a number, or a range: 2, 1..2, 1.. or ..2.",
          }),
        ]),
    ...(wrongMatch
      ? [
          toProblem(declared, {
            path: [...path, "match"],
            code: "bad_match",
            message: `match cannot be ${show(match)}`,
            hint: "Write exact, or partial, which is the default.",
          }),
        ]
      : []),
  ];
}
