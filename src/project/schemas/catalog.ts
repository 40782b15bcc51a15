/** A kind of YAML file: what it is, and which paths are of this kind in whatever repository, as globs. */
interface FileKind {
  description: string;
  /** Absent where a path alone does not tell: other tools have files in `assistants/` and `scenarios/` too. Those begin with their schema's line. */
  files?: readonly string[];
}

/** The kinds of YAML file that a project has, by the name of the schema. */
const fileKinds: Readonly<Record<string, FileKind>> = {
  playbill: { description: "A project of AI assistants: its targets, variables and models", files: ["playbill.yaml"] },
  assistant: { description: "An AI assistant: model, instructions, tools and settings" },
  tool: { description: "A function that AI assistants may call", files: ["**/assistants/tools/*.yaml"] },
  "vector-store": {
    description: "A vector store of AI assistants: which files are in it",
    files: ["**/assistants/vector_stores/*.yaml"],
  },
  scenario: { description: "A scripted conversation with an AI assistant, and what is expected of it" },
  "scenario-defaults": { description: "What the scenarios of a folder share" },
  quarantine: { description: "Scenarios whose verdicts do not count for a while" },
  recording: { description: "A recorded conversation of a scenario, written by playbill test --record" },
  "served-recording": { description: "A recorded conversation, written by playbill serve --record" },
};

/** Where the published package can be read file by file; the schemas have no address of their own. */
const published = "https://unpkg.com/playbill/schemas";

/**
 * The kinds of file in the format of SchemaStore's catalogue (json.schemastore.org/schema-catalog.json), to be entered there: editors then
 * find a schema by a file's path, or offer it by its name.
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
