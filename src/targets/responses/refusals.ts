import { type ApiError, type Problem, ProblemError, problem } from "../../problem.ts";
import type { ProblemCode } from "../../problem-codes.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";

/** The statuses by which servers say that they know nothing of what is asked for. */
const notThere = new Set([404, 405, 501]);

const stateless = "Write `state: stateless` for this target in playbill.yaml.";

/** What to throw when a conversation could not be opened: the error, unless it says that the server has no conversations. */
export function noConversations(error: unknown, baseUrl: string): unknown {
  const api = firstOf(error)?.api;
  if (api === undefined || !notThere.has(api.status ?? 0)) return error;
  const message = `${baseUrl} has no conversations: of the Responses API, it has only the stateless half, or nothing`;
  return refused(
    "stateless_server",
    message,
    `${stateless}\nIf the address is wrong, base_url usually ends in /v1.`,
    api,
  );
}

/** A server that was asked to keep a response, and says that it did not. */
export function ignoredState(baseUrl: string): ProblemError {
  const message = `${baseUrl} does not keep responses, so a conversation cannot go on as a chain of them`;
  return refused("stateless_server", message, stateless);
}

/** What a refusal means for a conversation. */
interface Circumstance {
  baseUrl: string;
  assistant: AssistantSpec;
  /** True when the request named a response before it. */
  isChained: boolean;
}

/** What to throw when a response was refused: the error, or a ProblemError that says what it means and what to write. */
export function explained(error: unknown, circumstance: Circumstance): unknown {
  const first = firstOf(error);
  if (first?.api === undefined || ![400, 404, 405, 422, 501].includes(first.api.status ?? 0)) return error;
  const { api, message } = first;
  const { baseUrl, assistant, isChained } = circumstance;
  if (/zero data retention|\bZDR\b|data retention (policy|control)/i.test(message)) {
    const words = `${baseUrl} keeps nothing for this organization, so no response can follow another: ${message}`;
    return refused("no_retention", words, stateless, api);
  }
  if (isChained && (api.code === "previous_response_not_found" || /previous response.*not found/i.test(message))) {
    const words = `the chain of responses is broken at ${baseUrl}: ${message}`;
    const hint = `Responses are kept for 30 days at most, and some servers keep none. ${stateless}`;
    return refused("chain_lost", words, hint, api);
  }
  if (/container\b.*\b(expired|not found)/i.test(message)) {
    const hint =
      "A container lives for 20 minutes without a call, and the API answers nothing more in such a conversation. Run the scenario again: it gets a new one.";
    return refused("container_expired", `the container of this conversation's code is gone: ${message}`, hint, api);
  }
  if (/^(previous_response_id|conversation|store)$/.test(api.param ?? "") && cannot.test(message)) {
    const words = `${baseUrl} keeps no conversations: ${message}`;
    return refused("stateless_server", words, stateless, api);
  }
  const lacking = lackingIn(api, message, assistant);
  if (lacking !== null) {
    const words = `${assistant.model} at ${baseUrl} has no ${lacking.capability}: ${message}`;
    const hint = `The assistant asks for it by \`${lacking.field}\`. Take that out of its YAML, or give the target another model under \`models\`.`;
    return refused("missing_capability", words, hint, api);
  }
  if (api.status !== 400 && api.status !== 422 && api.param === null && !namesSomething.test(message)) {
    const hint =
      "Check base_url (it usually ends in /v1), and that the server has the Responses API and not only chat completions.";
    return refused("no_responses_api", `there is no Responses API at ${baseUrl}`, hint, api);
  }
  return error;
}

/** A 404 that is about one thing is not about the API. */
const namesSomething = /\b(model|conversation|container|response with|vector store|file)\b/i;

interface Capability {
  capability: string;
  /** The key of the assistant's YAML that asks for it. */
  field: string;
  /** In the parameter that the API names, or in its words. */
  param: RegExp;
  words: RegExp;
  isAsked(this: void, spec: AssistantSpec): boolean;
}

const hasTool = (kind: string) => (spec: AssistantSpec) => spec.tools.some((tool) => tool.kind === kind);

/** What servers and models lack, the most particular first. */
const capabilities: readonly Capability[] = [
  {
    capability: "json_schema",
    field: "response_format",
    param: /^(text\.format|response_format|text$)/,
    words: /json_schema|structured output|text\.format/i,
    isAsked: ({ response_format: format }) => typeof format === "object",
  },
  {
    capability: "json_object",
    field: "response_format",
    param: /^(text\.format|response_format)/,
    words: /json_object|json mode/i,
    isAsked: ({ response_format: format }) => format === "json_object",
  },
  ...["code_interpreter", "file_search"].map((kind) => ({
    capability: kind,
    field: "tools",
    param: /^tools\[\d+\]\.(type|container|vector_store_ids)$/,
    words: new RegExp(kind),
    isAsked: hasTool(kind),
  })),
  {
    capability: "tools",
    field: "tools",
    param: /^tool(s|_choice)\b/,
    words: /\btools?\b.*(support|allow|enable)|(support|enable).*\btools?\b|tool choice/i,
    isAsked: ({ tools }) => tools.length > 0,
  },
  {
    capability: "reasoning effort",
    field: "reasoning_effort",
    param: /^reasoning/,
    words: /reasoning/i,
    isAsked: ({ reasoning_effort: effort }) => effort !== null,
  },
  ...(["temperature", "top_p"] as const).map((field) => ({
    capability: field,
    field,
    param: new RegExp(`^${field}$`),
    words: new RegExp(`'${field}'`),
    isAsked: (spec: AssistantSpec) => spec[field] !== null,
  })),
];

/** Words by which an API says that it cannot do something, as apart from that something is wrong with it. */
const cannot =
  /not support|unsupported|not (available|allowed|enabled|permitted|compatible)|does not (have|allow)|unknown parameter|requires? --|cannot be used with/i;

function lackingIn({ param }: ApiError, message: string, assistant: AssistantSpec): Capability | null {
  if (!cannot.test(message)) return null;
  const asked = capabilities.filter(({ isAsked }) => isAsked(assistant));
  return (
    asked.find(({ words }) => words.test(message)) ??
    asked.find((each) => param !== null && each.param.test(param)) ??
    null
  );
}

function firstOf(error: unknown): Problem | undefined {
  return error instanceof ProblemError ? error.problems[0] : undefined;
}

function refused(code: ProblemCode, message: string, hint: string, api?: ApiError): ProblemError {
  return new ProblemError([problem(code, message, { hint, ...(api && { api }) })]);
}
