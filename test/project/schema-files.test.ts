import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { createCompiler } from "../../src/schema/compiler.ts";
import { catalogText } from "../../src/project/schemas/catalog.ts";
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
  const files = readdirSync("schemas").filter((file) => file !== "catalog.json");
  const names = files.map((file) => file.replace(".schema.json", ""));
  expect(names.toSorted()).toEqual(Object.keys({ ...schemaFiles, ...outputSchemas }).toSorted());
});

test("the catalogue for SchemaStore is in its format, and has every kind of YAML file with the schema's own title", () => {
  const text = readFileSync("schemas/catalog.json", "utf8");
  expect(text).toBe(catalogText());
  const { schemas } = asCatalog(JSON.parse(text));
  const kindOf = (url: string) => url.replace(/^https:\/\/unpkg\.com\/playbill\/schemas\/(.+)\.schema\.json$/, "$1");
  // Baselines are JSON, and nobody edits them.
  const { baseline: _, ...ofYaml } = schemaFiles;
  const named = new Map(schemas.map(({ url, name }) => [kindOf(url), name]));
  const titles = Object.entries(ofYaml).map(
    ([kind, schema]) => [kind, "title" in schema ? schema.title : undefined] as const,
  );
  expect(named).toEqual(new Map(titles));
});

interface Catalog {
  schemas: { name: string; description: string; url: string; fileMatch?: string[] }[];
}

/** Holds a catalogue against what json.schemastore.org/schema-catalog.json asks for. */
function asCatalog(catalog: unknown): Catalog {
  const text = { type: "string" };
  const fits = createCompiler({}).compile<Catalog>({
    type: "object",
    additionalProperties: false,
    required: ["schemas", "version", "$schema"],
    properties: {
      $schema: { const: "https://json.schemastore.org/schema-catalog.json" },
      version: { type: "number" },
      schemas: {
        type: "array",
        items: {
          type: "object",
          additionalProperties: false,
          required: ["name", "url", "description"],
          properties: {
            name: text,
            description: text,
            url: { type: "string", pattern: "^https://" },
            fileMatch: { type: "array", uniqueItems: true, items: text },
          },
        },
      },
    },
  });
  if (!fits(catalog)) throw new Error(JSON.stringify(fits.errors));
  return catalog;
}

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
