import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { createCompiler } from "../../src/schema/compiler.ts";
import { catalogText } from "../../src/project/schemas/catalog.ts";
import { fileSchemaText, schemaFiles as ofProject, schemaText } from "../../src/project/schemas/files.ts";
import { checkSchema } from "../../src/project/schema-check.ts";
import type { Schema } from "../../src/schema/schema.ts";
import { type Subschema, subschemas } from "../../src/schema/subschemas.ts";
import { commandSchemas } from "../../src/cli/output-schemas.ts";
import { scenarioDefaultsSchema, scenarioSchema } from "../../src/scenarios/schema.ts";
import { subjects } from "../../src/scenarios/subjects/table.ts";

const schemaFiles = {
  ...ofProject,
  scenario: scenarioSchema(subjects),
  "scenario-defaults": scenarioDefaultsSchema(subjects),
};

const texts = [
  ...Object.entries(schemaFiles).map(([name, schema]) => [name, fileSchemaText(schema)] as const),
  ...Object.entries(commandSchemas).map(([name, schema]) => [name, schemaText(schema)] as const),
];

test.each(texts)("schemas/%s.schema.json is what the code says; else run npm run schemas", (name, text) => {
  expect(readFileSync(`schemas/${name}.schema.json`, "utf8")).toBe(text);
});

test("no other schema is shipped", () => {
  const files = readdirSync("schemas").filter((file) => file !== "catalog.json");
  const names = files.map((file) => file.replace(".schema.json", ""));
  expect(names.toSorted()).toEqual(Object.keys({ ...schemaFiles, ...commandSchemas }).toSorted());
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

/** The different schemas inside the generated file of each kind. */
const parts = new Map(
  Object.keys(schemaFiles).map((kind) => {
    const whole: unknown = JSON.parse(readFileSync(`schemas/${kind}.schema.json`, "utf8"));
    return [kind, [...new Map(subschemas(whole).map((part) => [JSON.stringify(part.schema), part])).values()]];
  }),
);
const partsOf = (kind: string): Subschema[] => parts.get(kind) ?? [];

const isKey = ({ path }: Subschema) => path.at(-2) === "properties";
const nameOf = ({ path }: Subschema) => path.join("/");

/** True where a schema lists what can be written, so that an example would say nothing more. */
function isListed({ anyOf, const: only, enum: some, type }: Schema): boolean {
  return only !== undefined || some !== undefined || type === "boolean" || (anyOf?.every(isListed) ?? false);
}

/** True where what is written has keys of its own, which have examples. */
function isStructured({ anyOf = [], items = {}, properties }: Schema): boolean {
  return (
    Object.keys(properties ?? {}).length > 0 ||
    items.properties !== undefined ||
    (items.anyOf ?? []).some(isStructured) ||
    (anyOf.length > 0 && anyOf.every((form) => isListed(form) || isStructured(form)))
  );
}

/** People write these; the others are written by commands. */
const edited = Object.keys(schemaFiles).filter((kind) => !/recording|baseline/.test(kind));

test.each(edited)("%s: an editor shows what every key is called and what it is for, with an example", (kind) => {
  const keys = partsOf(kind).filter(isKey);
  expect(keys.length).toBeGreaterThan(3);
  expect(keys.filter(({ schema }) => !schema["title"] || !schema["description"]).map(nameOf)).toEqual([]);
  const plain = keys.filter(({ schema }) => !isListed(schema) && !isStructured(schema));
  expect(plain.filter(({ schema }) => schema["examples"] === undefined).map(nameOf)).toEqual([]);
});

test.each(Object.keys(schemaFiles))("%s: every form that has keys has a title, the file first", (kind) => {
  const forms = partsOf(kind).filter(({ path, schema }) => path.at(-2) === "anyOf" && !isListed(schema));
  const silent = forms.filter(({ schema }) => "type" in schema && !schema["title"]);
  expect(silent.map(nameOf)).toEqual([]);
  expect(partsOf(kind)[0]?.schema["title"]).toMatch(/^Playbill /);
});

test.each(Object.keys(schemaFiles))("%s: every example and every default fits its own schema", (kind) => {
  for (const { path, schema } of partsOf(kind)) {
    const { examples = [], ...more } = schema as Schema & { default?: unknown };
    const values = "default" in more ? [...examples, more.default] : examples;
    for (const value of values)
      expect(checkSchema(schema, value), `${path.join("/")}: ${JSON.stringify(value)}`).toEqual([]);
  }
});

test("a key that says what its default is has it as the default, or says what it depends on", () => {
  const keys = edited.flatMap(partsOf).filter((part) => isKey(part) && !isStructured(part.schema));
  const said = keys.filter(({ schema }) =>
    /default: [\w.]+[.)]?$|\((?:the )?default\)/i.test(String(schema["description"])),
  );
  expect(said.length).toBeGreaterThan(5);
  expect(new Set(said.filter(({ schema }) => !("default" in schema)).map(({ path }) => path.at(-1)))).toEqual(
    new Set(),
  );
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
