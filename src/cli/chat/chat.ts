import { orAborted } from "../../kit/waiting.ts";
import { exitCodeOf } from "../../problem.ts";
import { desiredWithKnowledge, sensitiveValues } from "../../project/desired.ts";
import type { Project } from "../../project/project.ts";
import { resolveTarget, type ResolvedTarget } from "../../project/resolve-target.ts";
import { learnSensitive } from "../../project/vars.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import type { Desired } from "../../resources/resource.ts";
import { toolsByFunction } from "../../scenarios/stubs/rules.ts";
import { lockPath, readLock } from "../../sync/lock/lock-file.ts";
import type { TestedAssistant } from "../../targets/target.ts";
import { expandAll, functionsOf, scriptsOf } from "../../api/expansion.ts";
import { inShell } from "../../kit/shell.ts";
import { loadForTests } from "../../api/load.ts";
import { warn } from "../warn.ts";
import { openTarget, type OpenTarget } from "../../api/open-target.ts";
import { type Output, wantsColor } from "../output.ts";
import { createKnowledgeProgress } from "../sync/progress.ts";
import { declaredAssistants, deployedAssistants } from "../../api/testing/assistants-under-test.ts";
import { closeSession } from "../../api/testing/session.ts";
import { handlersOf } from "../../api/testing/handlers.ts";
import type { World } from "../world.ts";
import { assistantNamed } from "./assistant-named.ts";
import { carryOut, type Chat } from "./carry-out.ts";
import { createEditingPrompter, createLinePrompter, type Prompter } from "./prompter.ts";
import { sayableNext } from "./sayable.ts";
import { createScreen } from "./screen.ts";
import { openChatSession } from "./session.ts";
import { afterEvent, type ChatEvent, newChat } from "./state.ts";

interface ChatOptions {
  target?: string;
  deployed?: true;
}

/** `playbill chat`: a conversation with one assistant, typed or piped, until the user leaves or the input ends. */
export async function chat(world: World, given: string, options: ChatOptions): Promise<number> {
  const name = given.replace(/^assistant\./, "");
  const address = `assistant.${name}`;
  const { project } = await loadForTests(world, { files: "all", isSelected: (each) => each === address });
  assistantNamed(project, name);
  const config = resolveTarget(project, options.target, world.env);
  const desired = desiredWithKnowledge(project, config, [name]);
  learnSensitive(sensitiveValues(desired), world.secrets);
  const scripts = scriptsOf(
    project,
    config,
    expandAll(project, config, () => false),
  );
  const open = await openTarget(world, project, config, { scripts, willWrite: true });
  try {
    const assistant = await assistantAt(project, open, desired, { address, isDeployed: options.deployed ?? false });
    const spec = declaredAssistants(desired)(address) as AssistantSpec;
    const sayable = isScripted(config) ? (said: readonly string[]) => sayableNext(scripts, said, spec.name) : null;
    return await talk(world, { project, config, open, name, desired, assistant, spec, sayable });
  } finally {
    await open.close();
  }
}

interface Talk {
  project: Project;
  config: ResolvedTarget;
  open: OpenTarget;
  name: string;
  desired: readonly Desired[];
  assistant: TestedAssistant;
  spec: AssistantSpec;
  sayable: Chat["sayable"];
}

async function talk(
  world: World,
  { project, config, open, name, desired, assistant, spec, sayable }: Talk,
): Promise<number> {
  const prompter = createPrompter(world);
  const progress = createKnowledgeProgress(isStyled(world) ? world.stderr : withoutStatus(world.stderr));
  const session = await openChatSession(project, open, {
    config,
    assistant,
    desired,
    onProgress: progress.tell,
  });
  const handlers = handlersOf(world, project).open({ scenario: `chat ${name}`, attempt: 1 });
  const isRich = isStyled(world) && wantsColor(world.stdout, world.env);
  const { redact } = world.secrets;
  const parts: Chat = {
    world,
    project,
    config,
    name,
    prompter,
    session,
    handlers,
    screen: createScreen({ out: world.stdout, aside: world.stderr, name, isRich, redact }),
    functions: functionsOf(project, name) ?? [],
    builtIn: spec.tools.flatMap(({ kind }) => (kind === "code_interpreter" || kind === "file_search" ? [kind] : [])),
    declared: toolsByFunction(project.tools),
    sayable,
    lastAnswers: new Map(),
    failures: { problems: [], ofTurns: 0 },
  };
  try {
    greet(parts, spec.model, open.name);
    await converse(parts);
  } finally {
    prompter.close();
    progress.end();
    const left = await handlers.close();
    await closeSession(world, session, open.name);
    warn(world, left);
  }
  if (prompter.isPerson) return 0;
  return exitCodeOf(parts.failures.problems) || (parts.failures.ofTurns > 0 ? 1 : 0);
}

/** Handles one event after the other until the user leaves. */
async function converse(parts: Chat): Promise<void> {
  const { world, prompter } = parts;
  let state = newChat;
  let prefill = "";
  for (;;) {
    if (world.signal.aborted) throw world.signal.reason;
    const reading = prompter.read(state.draft === null ? "you> " : "...> ", { prefill, isKept: true });
    const given = await orAborted(reading, world.signal);
    prefill = "";
    const events: ChatEvent[] = [given];
    for (const event of events) {
      const step = afterEvent(state, event);
      state = step.state;
      for (const action of step.actions) {
        if (action.kind === "leave") return;
        const done = await carryOut(parts, state, action);
        if (done.prefill !== undefined) prefill = done.prefill;
        if (done.event !== undefined) events.push(done.event);
      }
    }
  }
}

/** The assistant to chat with; throws a ProblemError when the synced one is wanted and does not exist. */
async function assistantAt(
  project: Project,
  open: OpenTarget,
  desired: readonly Desired[],
  { address, isDeployed }: { address: string; isDeployed: boolean },
): Promise<TestedAssistant> {
  if (!isDeployed) return declaredAssistants(desired)(address);
  return deployedAssistants(open.name, await readLock(project.root, lockPath(open.name, open.isEmbedded)))(address);
}

function createPrompter(world: World): Prompter {
  const { stdin, drawing, stderr, takeInterrupts } = world;
  if (drawing !== null && isStyled(world)) return createEditingPrompter(stdin, drawing);
  const isPerson = stdin.isTTY === true;
  return createLinePrompter(stdin, {
    isPerson,
    ask: isPerson ? (prompt) => stderr.write(prompt) : () => {},
    takeInterrupts,
  });
}

/** The same output without a status line. */
function withoutStatus(output: Output): Output {
  return { ...output, status: () => {} };
}

/** False where escape characters must not be written. */
function isStyled({ env }: World): boolean {
  return env.TERM !== "dumb" && (env.NO_COLOR === undefined || env.NO_COLOR === "");
}

function isScripted({ server, model = "script" }: ResolvedTarget): boolean {
  return server === "embedded" && model === "script";
}

function greet({ screen, name, builtIn, functions, sayable, world }: Chat, model: string, target: string): void {
  const tools = [...functions, ...builtIn];
  screen.tell(
    [`chat ${name}`, ...(tools.length === 0 ? [] : [tools.join(" ")]), `${model}@${target}`, "/help"].join(" · "),
  );
  if (sayable === null) return;
  const messages = sayable([]);
  const what =
    messages === ""
      ? `The model of ${target} answers only from scripts in scenarios, and no scenario has one for ${name}.`
      : `The model of ${target} answers only from scripts in scenarios; a conversation can begin with:\n${messages}`;
  screen.tell(`${what}\n${realModel(world, name, target)}`);
}

/** How to chat with a real model. */
function realModel({ command, cwd }: World, name: string, target: string): string {
  return `To chat freely, configure a model for ${target} in playbill.yaml (model: openai, upstream_base_url: http://127.0.0.1:11434/v1), or use another target: ${command(cwd)} chat ${inShell(name)} --target NAME.`;
}
