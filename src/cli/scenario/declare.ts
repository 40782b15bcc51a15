import { posix } from "node:path";
import { asList, asObject } from "../../kit/json.ts";
import { fail } from "../../problem.ts";
import { editYaml } from "../../project/edit/yaml-edit.ts";
import type { Project } from "../../project/project.ts";
import { openWriters, toolFilesIn } from "../../project/write/writers.ts";
import { assistantKind } from "../../resources/assistant/kind.ts";
import type { AssistantSpec, FunctionToolSpec } from "../../resources/assistant/spec.ts";
import type { SeenConversation } from "../../scenarios/transcripts/conversation.ts";
import { inferSchema } from "../../scenarios/transcripts/infer-schema.ts";
import { callsIn } from "../../scenarios/transcripts/write/turn.ts";
import { schemaViolations } from "../../schema/json-schema.ts";

/** Files that declare what conversations need: new files, and an existing assistant with more tools. */
export interface Declarations {
  /** By path from the root; `before` is `null` for a new file. */
  files: { path: string; text: string; before: string | null }[];
  /** The functions declared in them, sorted. */
  functions: string[];
}

/** The maximum number of tools of an assistant. */
const mostTools = 128;

/** Declares functions that conversations call or describe and that the named assistant lacks, and the assistant if it does not exist. */
export function declare(
  {
    project,
    isTaken,
    readText,
  }: { project: Project; isTaken: (path: string) => boolean; readText: (path: string) => string },
  name: string,
  known: readonly string[] | null,
  conversations: readonly SeenConversation[],
): Declarations {
  const functions = functionsOf(conversations, known === null).filter((each) => known?.includes(each.name) !== true);
  const names = functions.map((each) => each.name).toSorted();
  if (known === null) {
    const written = newAssistant(project, isTaken, name, functions, conversations);
    return { files: written.map((file) => Object.assign(file, { before: null })), functions: names };
  }
  if (functions.length === 0) return { files: [], functions: [] };
  const own = project.assistants.get(name);
  if (own === undefined) throw new Error(`${name} is not in the project`);
  const toolFiles = toolFilesIn(project, isTaken);
  const made = functions.flatMap((each) => toolFiles.fileFor(each) ?? []);
  const before = readText(own.file);
  const value = [...asList(own.value.tools), ...made.map(({ stem }) => ({ function: stem }))];
  const edited = editYaml(before, [{ path: ["tools"], value }]);
  if (edited.kind === "refused") {
    return fail("not_written", `${own.file}: its tools cannot be extended: ${edited.why}`, {
      severity: "error",
      hint: `Add them to tools: ${made.map(({ stem }) => stem).join(", ")}`,
    });
  }
  const tools = made.flatMap(({ file }) => (file === null ? [] : [{ path: file.path, text: file.text, before: null }]));
  return { files: [...tools, { path: own.file, text: edited.text, before }], functions: names };
}

function newAssistant(
  project: Project,
  isTaken: (path: string) => boolean,
  name: string,
  tools: FunctionToolSpec[],
  conversations: readonly SeenConversation[],
): { path: string; text: string }[] {
  const writer = openWriters(project, isTaken).get(assistantKind.name);
  if (writer === undefined) throw new Error("assistants can be written");
  const [other] = project.assistants.values();
  const spec: AssistantSpec = {
    name,
    description: null,
    model: typeof other?.value.model === "string" ? other.value.model : "gpt-4o-mini",
    instructions: commonest(conversations.flatMap(({ instructions }) => instructions ?? [])),
    temperature: null,
    top_p: null,
    response_format: "auto",
    reasoning_effort: null,
    tools,
    metadata: {},
  };
  const { files } = writer.write(spec, {
    stem: name,
    models: {},
    defaults: project.settings.value.defaults?.assistant ?? {},
    leftOut: new Map(),
    ignored: new Set(),
    naming: { addressOf: () => null, labelOf: () => null, namesIds: false },
    unknown: [],
  });
  const path = posix.join(writer.folder, `${name}.yaml`);
  return files
    .map(({ path, text }) => ({ path, text }))
    .toSorted((one, other) => Number(one.path === path) - Number(other.path === path));
}

function commonest(texts: readonly string[]): string | null {
  const counts = [...Map.groupBy(texts, (text) => text)].toSorted(([, one], [, other]) => other.length - one.length);
  return counts[0]?.[0] ?? null;
}

/** The functions of conversations: those that were called, then, for a new assistant, those that were only described, up to the limit of tools. */
function functionsOf(conversations: readonly SeenConversation[], withDescribed: boolean): FunctionToolSpec[] {
  const calls = Map.groupBy(conversations.flatMap(callsIn), ({ name }) => name);
  const described = new Map(conversations.flatMap(({ tools }) => tools.map((tool) => [tool.name, tool] as const)));
  const names = [...new Set([...calls.keys(), ...(withDescribed ? described.keys() : [])])].slice(
    0,
    Math.max(mostTools, calls.size),
  );
  return names.filter(isFunctionName).map((name) => {
    const args = (calls.get(name) ?? []).map((call) => call.args);
    const tool = described.get(name);
    const schema = tool?.parameters ?? null;
    // Descriptions in data sets often do not match the actual calls.
    const named = Object.keys(asObject(schema?.["properties"]));
    const fits =
      schema !== null &&
      args.every(
        (each) => schemaViolations(schema, each).length === 0 && Object.keys(each).every((key) => named.includes(key)),
      );
    const parameters = fits ? schema : args.length === 0 ? { type: "object", properties: {} } : inferSchema(args);
    return { kind: "function", name, description: tool?.description ?? null, parameters, strict: false };
  });
}

function isFunctionName(name: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(name);
}
