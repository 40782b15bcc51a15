import { mkdirSync, writeFileSync } from "node:fs";
import { catalogText } from "../src/project/schemas/catalog.ts";
import { schemaFiles, schemaText } from "../src/project/schemas/files.ts";
import { outputSchemas } from "../src/scenarios/output-schemas.ts";
import { scenarioDefaultsSchema, scenarioSchema } from "../src/scenarios/schema.ts";
import { subjects } from "../src/scenarios/subjects/table.ts";

const folder = new URL("../schemas/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries({
  ...schemaFiles,
  ...outputSchemas,
  scenario: scenarioSchema(subjects),
  "scenario-defaults": scenarioDefaultsSchema(subjects),
}))
  writeFileSync(new URL(`${name}.schema.json`, folder), schemaText(schema));
writeFileSync(new URL("catalog.json", folder), catalogText());
