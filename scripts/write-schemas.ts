import { mkdirSync, writeFileSync } from "node:fs";
import { catalogText } from "../src/project/schemas/catalog.ts";
import { fileSchemaText, schemaFiles, schemaText } from "../src/project/schemas/files.ts";
import { commandSchemas } from "../src/cli/output-schemas.ts";
import { scenarioDefaultsSchema, scenarioSchema } from "../src/scenarios/schema.ts";
import { subjects } from "../src/scenarios/subjects/table.ts";

const folder = new URL("../schemas/", import.meta.url);
mkdirSync(folder, { recursive: true });
const write = (name: string, text: string) => writeFileSync(new URL(name, folder), text);
const scenarioFiles = { scenario: scenarioSchema(subjects), "scenario-defaults": scenarioDefaultsSchema(subjects) };
for (const [name, schema] of Object.entries({ ...schemaFiles, ...scenarioFiles }))
  write(`${name}.schema.json`, fileSchemaText(schema));
for (const [name, schema] of Object.entries(commandSchemas)) write(`${name}.schema.json`, schemaText(schema));
write("catalog.json", catalogText());
