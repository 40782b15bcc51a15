import type { ModelRequest, ModelTool, ToolChoice } from "../models/model.ts";
import { withinTokens } from "../models/tokens.ts";
import { readableFiles } from "../domain/files/files.ts";
import type { Services } from "../services.ts";
import type { Tool } from "../wire/common.ts";
import type { Run } from "../wire/run.ts";
import { conversationOf, messagesOf, saidBefore, scenarioOf } from "./conversation.ts";
import { placeFile } from "../python/workspace.ts";
import { codeFileIds } from "./resources.ts";
import { remaining } from "./usage.ts";
import type { RunRecord } from "../domain/kinds.ts";

/** What the model is asked in the next round; `null` when it cannot be asked within the tokens that the run has left. */
export async function buildRequest(services: Services, record: RunRecord): Promise<ModelRequest | null> {
  const { run, rounds, usage } = record;
  const thread = await messagesOf(services, record);
  const request: ModelRequest = {
    runId: run.id,
    assistant: { id: run.assistant_id, name: record.assistantName },
    model: run.model,
    instructions: await instructionsOf(services, record),
    messages: await conversationOf(services, record, thread),
    said: () => saidBefore(services, record, thread),
    scenario: () => scenarioOf(services, record),
    rounds,
    tools: run.tools.map(toModelTool),
    toolChoice: toModelToolChoice(run.tool_choice),
    parallelToolCalls: run.parallel_tool_calls,
    responseFormat: run.response_format,
    temperature: run.temperature,
    topP: run.top_p,
    reasoningEffort: run.reasoning_effort,
    maxCompletionTokens: remaining(run.max_completion_tokens, usage.completion_tokens),
  };
  return withinTokens(request, remaining(run.max_prompt_tokens, usage.prompt_tokens));
}

/** The run's instructions, and the names under which code finds its files. */
async function instructionsOf(services: Services, record: RunRecord): Promise<string | null> {
  const { instructions, tools } = record.run;
  if (!tools.some(({ type }) => type === "code_interpreter")) return instructions;
  const paths = new Set<string>();
  for (const { filename } of await readableFiles(services, await codeFileIds(services, record)))
    paths.add(placeFile(filename, paths));
  if (paths.size === 0) return instructions;
  const note = `Files for code_interpreter: ${[...paths].join(", ")}`;
  return instructions === null ? note : `${instructions}\n\n${note}`;
}

function toModelTool(tool: Tool): ModelTool {
  if (tool.type !== "function") return { kind: tool.type };
  const { name, description = null, parameters = null, strict } = tool.function;
  return { kind: "function", name, description, parameters, strict: strict ?? false };
}

function toModelToolChoice(choice: Run["tool_choice"]): ToolChoice {
  if (typeof choice === "string") return { kind: choice };
  return choice.type === "function" ? { kind: "function", name: choice.function.name } : { kind: choice.type };
}
