import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { schemaFiles, schemaText } from "../../src/project/schemas/files.ts";

test.each(Object.entries(schemaFiles))(
  "schemas/%s.schema.json is what the code says; else run npm run schemas",
  (name, schema) => {
    expect(readFileSync(`schemas/${name}.schema.json`, "utf8")).toBe(schemaText(schema));
  },
);

test("no other schema is shipped", () => {
  const names = readdirSync("schemas").map((file) => file.replace(".schema.json", ""));
  expect(names.toSorted()).toEqual(Object.keys(schemaFiles).toSorted());
});
