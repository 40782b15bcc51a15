/** A kind of YAML file: its description, and globs for the paths that are of this kind in any repository. */
interface FileKind {
  description: string;
  /** Absent when the path alone is ambiguous, because other tools also have files in `assistants/` and `scenarios/`. Such files begin with a schema line. */
  files?: readonly string[];
}

/** The kinds of YAML file that a project has, by the name of the schema. */
const fileKinds: Readonly<Record<string, FileKind>> = {
  playbill: { description: "A project of AI assistants: its targets, variables and models", files: ["playbill.yaml"] },
  assistant: { description: "An AI assistant: model, instructions, tools and settings" },
  tool: { description: "A function that AI assistants may call", files: ["**/assistants/tools/*.yaml"] },
  "vector-store": {
    description: "A vector store of AI assistants, with its files",
    files: ["**/assistants/vector_stores/*.yaml"],
  },
  scenario: { description: "A scripted conversation with an AI assistant, with expectations" },
  "scenario-defaults": { description: "Values that the scenarios of a folder share" },
  quarantine: { description: "Scenarios whose verdicts temporarily do not count" },
  recording: { description: "A recorded conversation of a scenario, written by playbill test --record" },
  "served-recording": { description: "A recorded conversation, written by playbill serve --record" },
};

/** The URL of the published package's files; the schemas have no separate address. */
const published = "https://unpkg.com/playbill/schemas";

/**
 * The kinds of files in the format of SchemaStore's catalogue (json.schemastore.org/schema-catalog.json), for submission there. Editors then
 * find a schema by a file's path, or offer it by name.
 */
export function catalogText(): string {
  const schemas = Object.entries(fileKinds).map(([kind, { description, files }]) => ({
    name: `Playbill ${kind === "playbill" ? "project" : kind.replaceAll("-", " ")}`,
    description,
    fileMatch: files,
    url: `${published}/${kind}.schema.json`,
  }));
  const catalog = { $schema: "https://json.schemastore.org/schema-catalog.json", version: 1, schemas };
  return `${JSON.stringify(catalog, null, 2)}\n`;
}
