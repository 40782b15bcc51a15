import { scriptPlaceText } from "../../project/script-failure.ts";
import type { WrittenStep } from "../../project/schemas/script.ts";
import type { Script } from "../../project/script.ts";
import { type Model, ModelFailure, type ModelRequest } from "./model.ts";
import { findTurn, growTree, knownMessages } from "./script/find.ts";
import { explainUnmatched } from "./script/unmatched.ts";
import { type Action, type Delay, breachOfFormat, breachOfToolChoice, spokenText, streamActions } from "./actions.ts";
import type { ScriptedTurn } from "./script/next-actions.ts";

interface Choice {
  scripts: readonly Script[];
  tree: ReturnType<typeof growTree<readonly WrittenStep[]>>;
}

/**
 * A model that says what the scripts of scenarios contain. A thread that names its scenario gets only that scenario's script; otherwise
 * the user messages so far select script and turn. It has no state: the same request gets the same answer, also after a restart. A message that
 * no script expects fails the run; the model never invents an answer.
 */
export function createScriptedModel({ scripts, delay }: { scripts: readonly Script[]; delay: Delay }): Model {
  let grown: Choice | null = null;
  /** The tree of all scripts, which a test never needs: its threads name their scenarios. */
  const all = () => (grown ??= { scripts, tree: growTree(scripts) });
  const byId = new Map(scripts.map((script) => [script.id, script]));

  /** The scripts that may answer. An unknown scenario counts as none. */
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
        // Loaded with the first response: the expression language takes half as long to load as the server.
        const { nextActions } = await import("./script/next-actions.ts");
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

/** A violation that a real model could not commit: of `tool_choice` or of `response_format`. */
function breachOfRequest(actions: readonly Action[], request: ModelRequest): string | null {
  const breach = breachOfToolChoice(actions, request);
  const isAnswer = actions.every(({ kind }) => kind === "say" || kind === "wait");
  return breach ?? (isAnswer ? breachOfFormat(spokenText(actions), request.responseFormat) : null);
}
