import { posix } from "node:path";
import { cutEnd } from "../../kit/difference.ts";
import { show, showPath } from "../matcher/json.ts";
import type { Declared, Path, Project } from "../../project/project.ts";
import { filesOfStore } from "../../project/resolve-vector-store.ts";
import { functionNameOf } from "../../project/resolve-tools.ts";
import type { WrittenAssistant } from "../../project/schemas/assistant.ts";
import type { WrittenTool } from "../../project/schemas/tool.ts";
import { paragraphsOf } from "../mutation/paragraphs.ts";
import type { Scenario, StubRule, Turn } from "../scenario.ts";
import { declaredArguments } from "./arguments.ts";
import type { Coverable } from "./coverage.ts";
import { keyAt, keyOf } from "./keys.ts";

type Sources = Pick<Project, "assistants" | "tools" | "vectorStores" | "matches" | "texts">;

/** Everything in a project that its scenarios can reach. */
export function coverableOf(project: Sources, scenarios: readonly Scenario[]): Coverable[] {
  return [
    ...[...project.assistants.values()].flatMap((declared) => ofAssistant(project, declared)),
    ...scenarios.flatMap(ofScenario),
  ];
}

function ofAssistant(project: Sources, declared: Declared<WrittenAssistant>): Coverable[] {
  const { name: assistant, place, value } = declared;
  const make = (kind: Coverable["kind"], what: string, at: Coverable["place"], ...rest: unknown[]): Coverable => ({
    key: keyOf(kind, assistant, ...rest),
    kind,
    assistant,
    what,
    place: at,
  });
  const tools = (value.tools ?? []).flatMap((written, index): Coverable[] => {
    const at = place(["tools", index]);
    const builtIn = builtInNameOf(written);
    if (builtIn !== null) return [make("tool", builtIn, at, builtIn)];
    const tool = typeof written === "object" && "function" in written ? project.tools.get(written.function) : undefined;
    return tool === undefined ? [] : ofFunction(assistant, tool, at);
  });
  const files = storesOf(project, value).flatMap((store) =>
    [...filesOfStore(store, project)].map(([path, named]) =>
      make("file", path, store.place(named), posix.basename(path)),
    ),
  );
  const paragraphs = paragraphsOf(declared, project.texts).map(({ hash, text, place: at }) =>
    make("paragraph", firstWords(text), at, hash),
  );
  return [make("assistant", declared.address, place([])), ...tools, ...files, ...paragraphs];
}

function ofFunction(assistant: string, tool: Declared<WrittenTool>, at: Coverable["place"]): Coverable[] {
  const name = functionNameOf(tool);
  const make = (kind: Coverable["kind"], what: string, place: Coverable["place"], ...rest: unknown[]): Coverable => ({
    key: keyOf(kind, assistant, name, ...rest),
    kind,
    assistant,
    what,
    place,
  });
  const named = declaredArguments(tool.value.parameters).flatMap((argument): Coverable[] => {
    const path: Path = ["parameters", ...argument.at];
    const called = argument.name;
    const values = argument.values.map((value, index) =>
      make("enum_value", `${name}(${called}: ${show(value)})`, tool.place([...path, "enum", index]), called, value),
    );
    if (called.endsWith("[]")) return values;
    values.unshift(make("argument", `${name}(${called})`, tool.place(path, "key"), called));
    return values;
  });
  return [make("tool", name, at), make("error_path", name, at), ...named];
}

/** The vector stores of the project that an assistant searches. */
function storesOf({ vectorStores }: Sources, { tools = [] }: WrittenAssistant) {
  return tools.flatMap((tool) => {
    if (typeof tool !== "object" || !("file_search" in tool)) return [];
    const { vector_store: name } = tool.file_search;
    const store = typeof name === "string" ? vectorStores.get(name) : undefined;
    return store === undefined ? [] : [store];
  });
}

function builtInNameOf(tool: NonNullable<WrittenAssistant["tools"]>[number]): string | null {
  if (typeof tool === "string") return tool;
  if ("code_interpreter" in tool) return "code_interpreter";
  return "file_search" in tool ? "file_search" : null;
}

function ofScenario(scenario: Scenario): Coverable[] {
  const { assistant, stubs, turns, expectations } = scenario;
  const at = (kind: Coverable["kind"], path: Path, what: string): Coverable => {
    const place = scenario.place(path, "key");
    return { key: keyAt(kind, place), kind, assistant, what, place };
  };
  const rules = [...stubs].flatMap(([name, all]) =>
    all.flatMap((rule, index) =>
      isGuard(name, rule) ? [] : [at("stub", rule.path, `${name}[${index + 1}]${ruleText(rule)}`)],
    ),
  );
  const expected = [...turns.flatMap((turn) => [...turn.each, ...turn.expectations]), ...expectations];
  return [
    ...rules,
    ...turns.map((turn) => at("turn", turn.path, `${scenario.baseId}, turn ${turn.number}`)),
    ...turns.flatMap((turn) => choicesOf(scenario, turn, at)),
    ...expected.filter(isWritten).map(({ path }) => at("expectation", path, `${scenario.baseId}, ${showPath(path)}`)),
  ];
}

function choicesOf(
  { baseId }: Scenario,
  { number, choices }: Turn,
  at: (kind: Coverable["kind"], path: Path, what: string) => Coverable,
): Coverable[] {
  if (choices.length < 2) return [];
  return choices.map(({ say }, index) => at("choice", say.path, `${baseId}, turn ${number}, choice ${index + 1}`));
}

/** True for a rule for all functions that answers with an error: it exists for calls that should not happen. */
export function isGuard(name: string, { answer }: StubRule): boolean {
  return name === "*" && answer.kind === "error";
}

/** True for a written expectation. The implied expectation of a turn has the place of its `user`. */
export function isWritten({ path }: { path: Path }): boolean {
  return path.includes("expect") || path.includes("each");
}

function ruleText({ when, condition, answer }: StubRule): string {
  const fits = condition ?? (when === undefined ? null : show(when));
  return `${fits === null ? "" : ` when ${cutEnd(fits, 50)}`}, ${answer.kind}`;
}

function firstWords(text: string): string {
  return cutEnd(text.replaceAll(/\s+/g, " ").trim(), 60);
}
