import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ProblemError } from "../../src/problem.ts";
import { substitute } from "../../src/project/environment.ts";
import { resolveTarget } from "../../src/project/resolve-target.ts";
import { brief, projectOf } from "./project-folder.ts";

const environment = { SET: "value", EMPTY: "", OTHER: "other" };

const rows: [text: string, result: string][] = [
  ["plain", "plain"],
  ["$SET and ${SET}", "value and value"],
  ["$$SET $${SET}", "$SET ${SET}"],
  ["${EMPTY}", ""],
  ["${EMPTY:-default}", "default"],
  ["${EMPTY-default}", ""],
  ["${UNSET-default}", "default"],
  ["${UNSET:-}", ""],
  ["${SET:-default}", "value"],
  ["${SET:+there}", "there"],
  ["${EMPTY:+there}", ""],
  ["${EMPTY+there}", "there"],
  ["${UNSET:-${OTHER}/v1}", "other/v1"],
  ["${UNSET:-https://x/${ALSO_UNSET:-y}}", "https://x/y"],
  ["${SET:?needed}", "value"],
];
test.each(rows)("%s", (text, result) => {
  expect(substitute(text, environment)).toEqual({ kind: "text", text: result });
});

const faults: [text: string, code: string, span: [number, number], message: string][] = [
  ["a ${UNSET} b", "missing_environment", [2, 10], "UNSET is not set"],
  ["${UNSET:?set it}", "missing_environment", [0, 16], "UNSET: set it"],
  ["${EMPTY:?}", "missing_environment", [0, 10], "EMPTY must be set"],
  ["${UNSET:-${ALSO}}", "missing_environment", [0, 17], "ALSO is not set"],
  ["a $ b", "bad_interpolation", [2, 3], ""],
  ["${SET", "bad_interpolation", [0, 1], ""],
  ["${SET!x}", "bad_interpolation", [0, 1], ""],
  ["${{ vars.a }}", "bad_interpolation", [0, 1], "expressions"],
];
test.each(faults)("%s", (text, code, [start, end], message) => {
  expect(substitute(text, environment)).toMatchObject({ kind: "fault", code, start, end });
  expect(substitute(text, environment)).toHaveProperty("message", expect.stringContaining(message));
});

test("law: dollars doubled give the text back", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(substitute(text.replaceAll("$", "$$$$"), {})).toEqual({ kind: "text", text });
    }),
  );
});

test("the bundle of a target is in the project, whatever the environment says", async () => {
  const target = '{ api: responses, server: embedded, bundle: "${OUT:-dist/a.json}" }';
  const project = await projectOf({
    "playbill.yaml": `project: desk\ntargets:\n  local: ${target}\ndefault_target: local\n`,
  });
  expect(resolveTarget(project, "local", {}).bundle).toBe("dist/a.json");
  for (const OUT of ["../a.json", "/tmp/a.json", "a.txt", "scenarios/a.json"])
    expect(() => resolveTarget(project, "local", { OUT })).toThrow("bad_form");
});

describe("a target", () => {
  const settings = `project: desk
targets:
  local: { api: assistants, server: embedded }
  prod:
    api: assistants
    base_url: \${URL:?set it to your server}
    api_key: \${KEY}
    vars: { company: "\${COMPANY:-Acme}" }
default_target: local
`;
  test("that is not used may lack variables; the one that is used says what it lacks, and where", async () => {
    const project = await projectOf({ "playbill.yaml": settings });
    expect(resolveTarget(project, undefined, {})).toEqual({ name: "local", api: "assistants", server: "embedded" });
    expect(problemsOf(() => resolveTarget(project, "prod", {}))).toEqual([
      "missing_environment playbill.yaml:6:15",
      "missing_environment playbill.yaml:7:14",
    ]);
    expect(resolveTarget(project, "prod", { URL: "https://proxy.example/v1", KEY: "sk" })).toEqual({
      name: "prod",
      api: "assistants",
      base_url: "https://proxy.example/v1",
      api_key: "sk",
      vars: { company: "Acme" },
    });
  });
  test("needs a URL that is one", async () => {
    const project = await projectOf({ "playbill.yaml": settings });
    expect(problemsOf(() => resolveTarget(project, "prod", { URL: "proxy.example", KEY: "x" }))).toEqual([
      "bad_url playbill.yaml:6:15",
    ]);
  });
  test("has no part of its query twice, wherever the address comes from", async () => {
    const twice = settings.replace("    vars:", "    query: { v: '1' }\n    vars:");
    const project = await projectOf({ "playbill.yaml": twice });
    const resolvedAt = (URL: string) => problemsOf(() => resolveTarget(project, "prod", { URL, KEY: "x" }));
    expect(resolvedAt("https://x/v1?v=2")).toEqual(["conflicting_keys playbill.yaml:8:14"]);
    expect(resolvedAt("https://x/v1?w=2")).toEqual([]);
  });
  test("that does not exist", async () => {
    const project = await projectOf({ "playbill.yaml": settings });
    expect(problemsOf(() => resolveTarget(project, "prd", {}))).toEqual(["unknown_target playbill.yaml:2:1"]);
  });
});

function problemsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error.problems.map(brief);
    throw error;
  }
  return [];
}
