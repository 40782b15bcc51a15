import { relative, resolve, sep } from "node:path";
import { orAborted } from "../../kit/waiting.ts";
import { type Problem, ProblemError } from "../../problem.ts";
import type { Project } from "../../project/project.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import type { CallOutcome, TurnRecord } from "../../scenarios/record/record.ts";
import type { Handlers } from "../../scenarios/stubs/handlers.ts";
import type { ToolDeclarations } from "../../scenarios/stubs/rules.ts";
import { warn } from "../warn.ts";
import type { World } from "../world.ts";
import { createAnswers } from "./answers.ts";
import { usesOf } from "./attach.ts";
import { helpText, toolsText } from "./help.ts";
import type { Given, Prompter } from "./prompter.ts";
import { costText, type Screen } from "./screen.ts";
import type { ChatSession } from "./session.ts";
import { saveChat } from "./save.ts";
import type { ChatAction, ChatEvent, ChatState, Said } from "./state.ts";

/** The parts of a chat. */
export interface Chat {
  world: World;
  project: Project;
  config: ResolvedTarget;
  name: string;
  prompter: Prompter;
  session: ChatSession;
  handlers: Handlers;
  screen: Screen;
  /** The assistant's functions, by the names that the model calls. */
  functions: readonly string[];
  builtIn: readonly ("code_interpreter" | "file_search")[];
  declared: ToolDeclarations;
  /** The messages that a script expects after these, for a model that answers from scripts only; `null` for any other model. */
  sayable: ((said: readonly string[]) => string) | null;
  /** The last answer to each function. */
  lastAnswers: Map<string, CallOutcome>;
  /** Problems so far, and the exit code for turns that did not complete; they decide the exit code of piped input. */
  failures: { problems: Problem[]; ofTurns: number };
}

/** The result of an action. */
interface Done {
  event?: ChatEvent;
  /** Text to fill into the next input line. */
  prefill?: string;
}

/** Carries out the actions of a chat. Failures of the target are shown, and the chat continues. */
export async function carryOut(
  chat: Chat,
  state: ChatState,
  action: Exclude<ChatAction, { kind: "leave" }>,
): Promise<Done> {
  const { screen, prompter } = chat;
  switch (action.kind) {
    case "say":
      return { event: { kind: "turn", said: action.said, record: await say(chat, state, action) } };
    case "tell":
      screen.tell(action.text);
      return {};
    case "show":
      screen.tell(shown(chat, state, action.what));
      return {};
    case "attach":
      return attach(chat, action.path);
    case "prefill":
      if (prompter.canPrefill) return { prefill: action.text };
      screen.tell(`type /edit and the new text; the last message was:\n${action.text}`);
      return {};
    case "save":
      return save(chat, action);
  }
}

function shown(
  { functions, builtIn, declared, prompter }: Chat,
  state: ChatState,
  what: "help" | "tools" | "cost",
): string {
  const { isPerson } = prompter;
  const { asksAlways, sent, turns } = state;
  switch (what) {
    case "help":
      return helpText();
    case "tools":
      return toolsText(functions, builtIn, declared, { asksAlways, isPerson });
    case "cost":
      return costText(sent, sent.length - turns.length);
  }
}

async function say(
  chat: Chat,
  state: ChatState,
  { said, history }: { said: Said; history: readonly TurnRecord[] | null },
): Promise<TurnRecord | null> {
  const { world, prompter, session, screen, sayable } = chat;
  if (!prompter.isPerson) screen.user(said.text);
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, world.signal]);
  const tools = createAnswers({
    tools: chat.declared,
    handlers: chat.handlers,
    last: chat.lastAnswers,
    asksAlways: () => state.asksAlways,
    ask: prompter.isPerson ? (prompt) => asked(chat, prompt) : null,
    onCall: (call) => screen.call(call),
    tell: (text) => screen.tell(text),
    stop: () => stop.abort(),
    now: world.now,
  });
  const work = () => session.say(said, history, { signal, onHappening: screen.happening, tools });
  const { record, problems } = await prompter.during(() => stop.abort(), work);
  screen.quiet();
  if (world.signal.aborted) throw world.signal.reason;
  if (record === null) {
    if (stop.signal.aborted) screen.tell("  ! stopped");
    note(chat, problems);
    return null;
  }
  const { time } = record;
  const own = { ...record, time: { ...time, total: Math.max(0, time.total - tools.asked()) } };
  screen.turn(own);
  if (!stop.signal.aborted) note(chat, problems);
  if (own.status !== "completed" && own.status !== "incomplete") chat.failures.ofTurns += 1;
  const before = state.turns.map((turn) => turn.said.text);
  const next = own.status === "failed" ? sayable?.(before) : undefined;
  if (next !== undefined && next !== "") screen.tell(`Its scripts continue with:\n${next}`);
  return own;
}

/** The user's answer; the end of input when the command is stopped from outside. */
function asked({ prompter, world }: Chat, prompt: string): Promise<Given> {
  return orAborted(prompter.read(prompt, { isKept: false }), world.signal).catch(() => ({ kind: "end" }));
}

/** Prints problems and keeps them for the exit code. */
function note({ world, failures }: Chat, problems: readonly Problem[]): void {
  failures.problems.push(...problems);
  warn(world, problems);
}

async function save(chat: Chat, { name, turns }: Extract<ChatAction, { kind: "save" }>): Promise<Done> {
  const { world, project, config, functions, screen } = chat;
  try {
    screen.tell(await saveChat({ world, project, config, functions, assistant: chat.name }, name, turns));
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    note(chat, error.problems);
  }
  return {};
}

async function attach(chat: Chat, given: string): Promise<Done> {
  const { world, project, session, builtIn, screen } = chat;
  const path = relative(project.root, resolve(world.cwd, given)).replaceAll(sep, "/");
  try {
    const attachment = await session.attach(path, () => usesOf(path, builtIn));
    screen.tell(`${path} will be sent with the next message`);
    return { event: { kind: "attached", attachment } };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    note(chat, error.problems);
    return {};
  }
}
