import { posix } from "node:path";
import type { WrittenMessage } from "../../../project/schemas/scenario/thread.ts";
import type { WrittenScenario } from "../../../project/schemas/scenario/file.ts";
import { stemFrom } from "../../../project/write/names.ts";
import { yamlText } from "../../../project/write/yaml-text.ts";
import { answerValue } from "../../record/record.ts";
import type { SeenConversation, SeenOpening, SeenTurn } from "../conversation.ts";
import { createFacts, learnFacts } from "./facts.ts";
import { asWritten } from "./plain-matcher.ts";
import { stubsOf } from "./stubs.ts";
import { answersOf, callsOf, writtenTurn } from "./turn.ts";

/** The context that determines how a conversation is written, besides its content. */
export interface ScenarioContext {
  /** The assistant's address in the project, without its kind. */
  assistant: string;
  /** The names of the functions that this assistant has. */
  functions: readonly string[];
  /** The folder of the file, relative to the project's root, for the paths of attachments. */
  folder: string;
  /** Comments for the top of the file, lines with their `#`. */
  header: string;
}

/** The text of a scenario's file, and its number of expectations. */
export interface ScenarioText {
  text: string;
  expectations: number;
}

/**
 * A conversation as a scenario file: the turns with scripts, the calls as expectations, their answers as stubs, and the facts of answers that
 * replies repeat as expectations. It passes without changes. `null` for a conversation that YAML cannot represent.
 */
export function scenarioText(seen: SeenConversation, context: ScenarioContext): ScenarioText | null {
  const scenario = writtenScenario(seen, context);
  const yaml = yamlText(scenario);
  if (yaml === null) return null;
  return { text: `${context.header}${yaml}`, expectations: countExpectations(scenario) };
}

/** The scenario as a value. */
export function writtenScenario(seen: SeenConversation, context: ScenarioContext): WrittenScenario {
  const { turns, opening } = seen;
  const calls = turns.flatMap(callsOf);
  const hasFunctions = context.functions.length > 0 || calls.length > 0;
  const attached = filesOf(turns);
  const known = createFacts();
  learnFacts(known, opening.map(openingAnswer));
  const written = turns.map((turn) => {
    learnFacts(known, answersOf(turn));
    return writtenTurn(turn, { hasFunctions, known, attached });
  });
  return {
    ...(seen.name !== null && { name: seen.name }),
    assistant: context.assistant,
    ...(written.every(({ expect }) => expect === undefined) && { observe: true as const }),
    ...(opening.length > 0 && { thread: { messages: opening.map(openingMessage) } }),
    ...(attached.size > 0 && {
      files: Object.fromEntries([...attached].map(([file, name]) => [name, posix.relative(context.folder, file)])),
    }),
    ...(hasFunctions && { tools: stubsOf(calls) }),
    turns: written,
  };
}

/** The names of files in the scenario, by path. */
function filesOf(turns: readonly SeenTurn[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const { file } of turns.flatMap(({ attachments = [] }) => attachments)) {
    if (names.has(file)) continue;
    const stem = stemFrom(posix.parse(file).name, "file").replace(/^(?=\d)/, "file-");
    const taken = new Set(names.values());
    let name = stem;
    for (let count = 2; taken.has(name); count += 1) name = `${stem}-${count}`;
    names.set(file, name);
  }
  return names;
}

function openingMessage(message: SeenOpening): WrittenMessage {
  if (message.role !== "call") {
    const text = asWritten(message.text);
    return message.role === "user" ? { user: text } : { assistant: text };
  }
  const { name, args, outcome } = message;
  const result = asWritten(answerValue(outcome) ?? null);
  return Object.keys(args).length === 0 ? { call: name, result } : { call: name, with: asWritten(args), result };
}

function openingAnswer(message: SeenOpening): unknown {
  return message.role === "call" ? answerValue(message.outcome) : null;
}

/** The number of expectations: each call, each fact and each other subject counts as one. */
function countExpectations({ turns }: WrittenScenario): number {
  const ofSubject = ([subject, value]: [string, unknown]): number => {
    if (subject === "tools") return Math.max(1, (value as unknown[]).length);
    const facts = (value as { contains?: string | string[] }).contains;
    return Array.isArray(facts) ? facts.length : 1;
  };
  return turns.flatMap(({ expect = {} }) => Object.entries(expect)).reduce((sum, each) => sum + ofSubject(each), 0);
}
