import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { createCompiler } from "../../src/schema/compiler.ts";
import { schemaFiles as ofProject, schemaText } from "../../src/project/schemas/files.ts";
import { outputSchemas } from "../../src/scenarios/output-schemas.ts";
import { scenarioDefaultsSchema, scenarioSchema } from "../../src/scenarios/schema.ts";
import { subjects } from "../../src/scenarios/subjects/table.ts";

const schemaFiles = {
  ...ofProject,
  scenario: scenarioSchema(subjects),
  "scenario-defaults": scenarioDefaultsSchema(subjects),
};

test.each(Object.entries({ ...schemaFiles, ...outputSchemas }))(
  "schemas/%s.schema.json is what the code says; else run npm run schemas",
  (name, schema) => {
    expect(readFileSync(`schemas/${name}.schema.json`, "utf8")).toBe(schemaText(schema));
  },
);

test("no other schema is shipped", () => {
  const names = readdirSync("schemas").map((file) => file.replace(".schema.json", ""));
  expect(names.toSorted()).toEqual(Object.keys({ ...schemaFiles, ...outputSchemas }).toSorted());
});

test.each(Object.entries(schemaFiles))("%s: an editor can say what every key of a file is for", (_, schema) => {
  const keys = Object.entries(schema.properties);
  const silent = keys.filter(
    ([, value]) => !("description" in value) && !JSON.stringify(value).includes("description"),
  );
  expect(schema).toHaveProperty("title");
  expect(silent.map(([key]) => key)).toEqual([]);
});

test.each([
  [{ "x-note": 1 }, true],
  [{ vars: { "x-note": 1 } }, true],
  [{ targets: { prod: { api: "assistants", "x-note": 1 } } }, true],
  [{ defaults: { "x-note": 1 } }, true],
  [{ note: 1 }, false],
])("an editor takes x- keys where a command ignores them: %j", (more, fits) => {
  const schema = JSON.parse(readFileSync("schemas/playbill.schema.json", "utf8")) as object;
  expect(createCompiler({}).compile(schema)({ project: "a", ...more })).toBe(fits);
});
