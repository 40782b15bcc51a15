import { posix } from "node:path";
import { createSystemClock } from "../../kit/clock.ts";
import { orAborted, within } from "../../kit/waiting.ts";
import { type Problem, ProblemError, fail } from "../../problem.ts";
import { contentsOf } from "../../project/contents.ts";
import { openProjectFiles } from "../../project/files.ts";
import { priceOf } from "../../project/prices.ts";
import type { Project } from "../../project/project.ts";
import type { ResolvedTarget } from "../../project/resolve-target.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";
import { fileKind } from "../../resources/file/kind.ts";
import type { Desired } from "../../resources/resource.ts";
import { recordOf } from "../../scenarios/execution/turn-log.ts";
import { type Happening, runTurn, type TurnPlan } from "../../scenarios/execution/turn.ts";
import { costOf } from "../../scenarios/record/cost.ts";
import { fileNamesOf } from "../../scenarios/record/file-names.ts";
import type { TurnRecord } from "../../scenarios/record/record.ts";
import { turnScope } from "../../scenarios/record/scope.ts";
import type { ToolStubs } from "../../scenarios/stubs/rules.ts";
import type { Attachment, Conversation, TestedAssistant, TestedResource } from "../../targets/target.ts";
import type { OpenTarget } from "../../api/open-target.ts";
import { openNotedSession } from "../../api/testing/noted-sessions.ts";
import { knowledgeIn } from "../../api/testing/assistants-under-test.ts";
import { openingOf } from "./opening.ts";
import type { Said } from "./state.ts";

/** What opening a chat needs. */
interface ChatNeeds {
  config: ResolvedTarget;
  assistant: TestedAssistant;
  /** The assistant and what it refers to, as the files declare them. */
  desired: readonly Desired[];
  onProgress: Parameters<OpenTarget["target"]["testing"]>[0]["onProgress"];
}

/** The callbacks during a turn. */
interface SayWorld {
  signal: AbortSignal;
  onHappening(this: void, happening: Happening): void;
  tools: ToolStubs;
}

/** A conversation at a target with the objects it needs there. */
export interface ChatSession {
  /**
   * Sends a message; `history` starts a new conversation, `null` continues the current one. `record` is `null` when nothing could be
   * sent; `problems` explain why a turn did not complete.
   */
  say(
    said: Said,
    history: readonly TurnRecord[] | null,
    world: SayWorld,
  ): Promise<{ record: TurnRecord | null; problems: readonly Problem[] }>;
  /** Uploads a file of the project, by its path from the root; throws a ProblemError. */
  attach(path: string, usesOf: () => Pick<Attachment, "tools" | "isShown">): Promise<Attachment>;
  /** Deletes the objects created at the target. */
  close(): Promise<void>;
}

/** Only the user ends a turn. */
const noTimeout = 24 * 3_600_000;
const mostRounds = 100;
/** Milliseconds for deleting a conversation that is no longer needed. */
const closingTime = 5_000;

/** Opens a session for a chat; contacts nothing yet. */
export async function openChatSession(project: Project, open: OpenTarget, needs: ChatNeeds): Promise<ChatSession> {
  const clock = createSystemClock({ keepsAlive: true });
  const resources = new Map<string, TestedResource>(knowledgeIn(needs.desired));
  const known: Pick<Desired, "kind" | "address" | "spec">[] = [...needs.desired];
  const session = await openNotedSession(project.root, open, {
    project: project.name,
    resources,
    contentOf: (sha256) => contentsOf(project, known)(sha256),
    onProgress: needs.onProgress,
  });
  // A failure here is ignored: the first message tries again and reports it.
  void session.prepare(needs.assistant).catch(() => {});
  let conversation: Conversation | null = null;
  let number = 0;

  async function end(): Promise<void> {
    const old = conversation;
    conversation = null;
    if (old !== null) await within(closingTime, clock, old.close()).catch(() => {});
  }

  async function conversationWith(history: readonly TurnRecord[] | null, signal: AbortSignal): Promise<Conversation> {
    if (history === null && conversation !== null) return conversation;
    await end();
    const messages = openingOf(history ?? []);
    const opening = session.open({ assistant: needs.assistant, messages, metadata: {} });
    conversation = await orAborted(opening, signal);
    return conversation;
  }

  return {
    async say({ text, attachments }, history, { signal, onHappening, tools }) {
      number = (history?.length ?? number) + 1;
      try {
        const open = await conversationWith(history, signal);
        const plan: TurnPlan = {
          number,
          part: null,
          id: null,
          user: text,
          choice: null,
          attachments,
          timeout: noTimeout,
          conversation: null,
          toolRounds: mostRounds,
          leaveCalls: false,
          isForbidden: () => false,
          scope: { saved: {}, turn: turnScope(number, null) },
        };
        const log = await runTurn(open, tools, plan, { clock, signal, onHappening });
        const raw = recordOf(plan, log);
        const cost = raw.model === null ? null : costOf(raw.usage, priceOf(project, needs.config, raw.model));
        const record: TurnRecord = { ...raw, cost, saved: {}, valid: log.stop === null };
        return {
          record: { ...record, ...(await fileNamesOf(record, open, { clock, signal })) },
          problems: log.stop?.problems ?? [],
        };
      } catch (error) {
        if (signal.aborted) return { record: null, problems: [] };
        if (!(error instanceof ProblemError)) throw error;
        return { record: null, problems: error.problems };
      }
    },
    async attach(path, usesOf) {
      const digest = openProjectFiles(project.root).digest(path);
      if (digest.kind === "refused")
        return fail(digest.code, digest.message, digest.hint === undefined ? {} : { hint: digest.hint });
      const uses = usesOf();
      const { sha256, bytes } = digest;
      const address = `${fileKind.name}.${path}`;
      const spec = { filename: posix.basename(path), sha256, bytes };
      known.push({ kind: fileKind.name, address, spec });
      resources.set(address, { kind: fileKind, spec });
      await session.upload([address], modelOf(needs));
      return { file: path, ...uses };
    },
    async close() {
      await end();
      await session.close();
    },
  };
}

/** A model that exists at the target, for the assistant that holds uploaded files there. */
function modelOf({ assistant, desired, config: { models = {} } }: ChatNeeds): string {
  if (typeof assistant !== "string") return assistant.model;
  const [model = ""] = desired.flatMap(({ kind, spec }) =>
    kind === "assistant" ? [(spec as AssistantSpec).model] : [],
  );
  return models[model] ?? model;
}
