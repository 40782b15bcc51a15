import { expect, test } from "vitest";
import { brief, problemsOf } from "../../project/project-folder.ts";

const base = {
  "assistants/weather.yaml": "model: gpt-4o\ntools: [code_interpreter, { function: get_weather }]\n",
  "assistants/tools/get_weather.yaml": "description: Weather\n",
};
const head = "assistant: weather\n";

const variables = {
  ...base,
  "playbill.yaml": `project: desk
vars: { company: Acme }
targets:
  local: { api: assistants, server: embedded }
  prod: { api: assistants, base_url: "http://127.0.0.1", vars: { region: eu } }
`,
};

test("variables of the project, of every target, of the scenario and of its matrix are known, and no others", async () => {
  const reads = (names: string) =>
    names
      .split(" ")
      .map((name) => `"\${{ ${name} }}"`)
      .join(", ");
  const found = await problemsOf({
    ...variables,
    "assistants/weather.yaml": `${base["assistants/weather.yaml"]}name: ${reads("vars.company")}\nmetadata: { a: ${reads("vars.compny")}, b: ${reads("vars.region")} }\n`,
    "scenarios/a.yaml": `${head}vars: { own: "\${{ vars.company }}" }
matrix: { axes: { locale: [en, de] }, include: [{ locale: en, tone: calm }] }
turns:
  - user: Hi
    expect: { reply: { contains: [${reads("vars.company vars.region vars.own vars.tone matrix.locale matrix.tone")}] } }
  - user: Hi
    expect: { reply: { contains: [${reads("vars.locale matrix.local vars.owm")}] } }
`,
  });
  expect(found.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'unknown_name there is no "vars.compny" here; did you mean "vars.company"?',
    'unknown_name there is no "vars.locale" here; in scope: vars.company, vars.region, vars.own, vars.tone',
    'unknown_name there is no "matrix.local" here; did you mean "matrix.locale"?',
    'unknown_name there is no "vars.owm" here; did you mean "vars.own"?',
  ]);
});

test("what was left out of a broken file may have been what its expressions read", async () => {
  const found = await problemsOf({
    ...variables,
    "scenarios/a.yaml": `${head}vars: 1\nturns: [{ user: "\${{ vars.own + vrs.own }}" }]\n`,
  });
  expect(found.map(brief)).toEqual(["wrong_type scenarios/a.yaml:2:7", "unknown_name scenarios/a.yaml:3:33"]);
  const settings = await problemsOf({
    ...variables,
    "playbill.yaml": "project: desk\nvars: 1\n",
    "scenarios/a.yaml": `${head}turns: [{ user: "\${{ vars.company }}" }]\n`,
  });
  expect(settings.map(brief)).toEqual(["wrong_type playbill.yaml:2:7"]);
});
