import { mkdirSync, writeFileSync } from "node:fs";
import { schemaFiles, schemaText } from "../src/project/schemas/files.ts";

const folder = new URL("../schemas/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(schemaFiles))
  writeFileSync(new URL(`${name}.schema.json`, folder), schemaText(schema));
