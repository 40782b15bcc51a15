import { scriptPlaceText } from "../../project/script-failure.ts";
import type { WrittenStep } from "../../project/schemas/script.ts";
import type { Script } from "../../project/script.ts";
import { ModelFailure, type Model, type ModelRequest } from "./model.ts";
import { findTurn } from "./script/find.ts";
import { explainUnmatched } from "./script/unmatched.ts";
import { nextActions, type ScriptedTurn } from "./script/actions.ts";
import { growTree, knownMessages } from "./script/tree.ts";
import { breachOfToolChoice, breachOfFormat } from "./breaches.ts";
import { streamActions, type Delay, spokenText, type Action } from "./actions.ts";

interface Choice {
  scripts: readonly Script[];
  tree: ReturnType<typeof growTree<readonly WrittenStep[]>>;
}

/**
 * A model that says what scenarios wrote down for it. A thread that says which scenario it is of gets that one's script, and no other; else
 * the user messages so far select script and turn. It keeps no state: the same request gets the same answer, also after a restart. What
 * no script expects fails the run; it never invents an answer.
 */
export function createScriptedModel({ scripts, delay }: { scripts: readonly Script[]; delay: Delay }): Model {
  let grown: Choice | null = null;
  /** Of all scripts, which a test never needs: its threads say whose they are. */
  const all = () => (grown ??= { scripts, tree: growTree(scripts) });
  const byId = new Map(scripts.map((script) => [script.id, script]));

  /** The scripts that may answer. A scenario that the server does not have is one like any other client. */
  async function choiceFor(request: ModelRequest): Promise<Choice> {
    const own = byId.get((await request.scenario()) ?? "");
    return own === undefined ? all() : { scripts: [own], tree: growTree([own]) };
  }

  async function turnOf(request: ModelRequest): Promise<ScriptedTurn> {
    const [said, { scripts, tree }] = await Promise.all([request.said(), choiceFor(request)]);
    const found = findTurn(tree, said, request.assistant.name);
    if (found.kind === "unmatched")
      throw new ModelFailure("invalid_prompt", explainUnmatched("script", said, found, knownMessages(scripts)));
    const { conversation, turn, choice, steps, saved, order } = found;
    const script = scripts[order];
    const written = script?.turns[turn];
    const number = written?.number ?? turn + 1;
    const where = scriptPlaceText({ scenario: conversation.id, turn: number, choice });
    if (steps === null)
      throw new ModelFailure("invalid_prompt", `${where}: there is no script for this turn; add \`script:\` to it.`);
    const about = { number, id: written?.id ?? null };
    return { where, steps, scope: { ...script?.scope, saved, turn: about } };
  }

  return {
    respond: (request, signal) =>
      streamActions(request, { delay, signal }, async () => {
        const scripted = await turnOf(request);
        const actions = nextActions(scripted, request);
        const breach = breachOfRequest(actions, request);
        if (breach !== null) throw new ModelFailure("invalid_prompt", `${scripted.where}: ${breach}.`);
        return { actions };
      }),
    async list() {
      return [{ id: "script", created: 0, owned_by: "playbill" }];
    },
  };
}

/** What a real model could not have done: called tools against `tool_choice`, or answered against `response_format`. */
function breachOfRequest(actions: readonly Action[], request: ModelRequest): string | null {
  const breach = breachOfToolChoice(actions, request);
  const isAnswer = actions.every(({ kind }) => kind === "say" || kind === "wait");
  return breach ?? (isAnswer ? breachOfFormat(spokenText(actions), request.responseFormat) : null);
}
