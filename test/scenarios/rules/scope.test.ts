import { expect, test } from "vitest";
import type { Path } from "../../../src/project/project.ts";
import { scopeAt } from "../../../src/scenarios/rules/scope.ts";
import { declare } from "../scenario.ts";
import { play } from "../embedded.ts";

const names = ["vars", "matrix", "saved", "turn", "tools", "calls", "reply", "args", "call", "nothing"];

interface Place {
  where: string;
  path: Path;
  /** A scenario in which an expression is there. */
  yaml: (expression: string) => string;
}

const scenarioWith = (parts: { stub?: string; user?: string; say?: string; expected?: string; check?: string }) => `
assistant: a
vars: { shop: main }
tools: { lookup: [{ return: "${parts.stub ?? "late"}" }] }
turns:
  - user: one
    script: [{ say: first }]
    save: { first: { from: reply } }
  - user: "two ${parts.user ?? ""}"
    script: [{ call: lookup, with: { id: 1 } }, { say: "done ${parts.say ?? ""}" }]
    expect: { reply: { contains: "${parts.expected ?? "done"}" } }
${parts.check === undefined ? "" : `expect: { check: "[${parts.check}].size() == 1" }`}
`;

const places: Place[] = [
  { where: "user", path: ["turns", 1, "user"], yaml: (user) => scenarioWith({ user }) },
  { where: "script", path: ["turns", 1, "script", 1, "say"], yaml: (say) => scenarioWith({ say }) },
  { where: "a stub", path: ["tools", "lookup", 0, "return"], yaml: (stub) => scenarioWith({ stub }) },
  {
    where: "an expectation of a turn",
    path: ["turns", 1, "expect", "reply", "contains"],
    yaml: (expression) =>
      scenarioWith({ expected: expression.replace(/\{\{ (\w+) \}\}/, "{{ [$1].size() == 1 ? 'done' : '' }}") }),
  },
  {
    where: "an expectation of the conversation",
    path: ["expect", "check"],
    yaml: (expression) => scenarioWith({ check: /\w+/.exec(expression)?.[0] ?? "" }),
  },
];

test.each(places)("in $where, the names that are known beforehand are those that there are", async ({ path, yaml }) => {
  const scenario = declare(yaml("${{ vars }}")).value;
  const known = Object.keys(scopeAt(path, { scenario, shared: [], tools: ["lookup"] }) ?? {});
  const there = await Promise.all(
    names.map(async (name) => {
      const result = await play(yaml(`\${{ ${name} }}`)).catch(() => null);
      return result?.status === "passed" ? [name] : [];
    }),
  );
  expect(new Set(there.flat())).toEqual(new Set(known));
});
