import { type ApiError, type Problem, ProblemError, problem } from "../../problem.ts";
import type { ProblemCode } from "../../problem-codes.ts";
import type { AssistantSpec } from "../../resources/assistant/spec.ts";

/** The statuses with which servers answer unknown endpoints. */
const notThere = new Set([404, 405, 501]);

const stateless = "Set `state: stateless` for this target in playbill.yaml.";

/** The error to throw when a conversation could not be opened: the given one, unless it means that the server has no conversations. */
export function noConversations(error: unknown, baseUrl: string): unknown {
  const api = firstOf(error)?.api;
  if (api === undefined || !notThere.has(api.status ?? 0)) return error;
  const message = `${baseUrl} has no conversations: it supports only the stateless half of the Responses API, or none of it`;
  return refused(
    "stateless_server",
    message,
    `${stateless}\nAlso check the address: base_url usually ends in /v1.`,
    api,
  );
}

/** The problem for a server that did not store a response although `store` was set. */
export function ignoredState(baseUrl: string): ProblemError {
  const message = `${baseUrl} does not store responses, so a conversation cannot continue as a chain of them`;
  return refused("stateless_server", message, stateless);
}

/** The context in which a response was refused. */
interface Circumstance {
  baseUrl: string;
  assistant: AssistantSpec;
  /** True when the request named a previous response. */
  isChained: boolean;
}

/** The error to throw when a response was refused: the given one, or a ProblemError that explains it and what to change. */
export function explained(error: unknown, circumstance: Circumstance): unknown {
  const first = firstOf(error);
  if (first?.api === undefined || ![400, 404, 405, 422, 501].includes(first.api.status ?? 0)) return error;
  const { api, message } = first;
  const { baseUrl, assistant, isChained } = circumstance;
  if (/zero data retention|\bZDR\b|data retention (policy|control)/i.test(message)) {
    const words = `${baseUrl} stores nothing for this organization, so a response cannot continue another one: ${message}`;
    return refused("no_retention", words, stateless, api);
  }
  if (isChained && (api.code === "previous_response_not_found" || /previous response.*not found/i.test(message))) {
    const words = `the chain of responses is broken at ${baseUrl}: ${message}`;
    const hint = `Responses are stored for at most 30 days, and some servers store none. ${stateless}`;
    return refused("chain_lost", words, hint, api);
  }
  if (/container\b.*\b(expired|not found)/i.test(message)) {
    const hint =
      "A container expires after 20 idle minutes, and the API then refuses further requests of its conversation. Run the scenario again: it gets a new container.";
    return refused("container_expired", `the container of this conversation's code is gone: ${message}`, hint, api);
  }
  if (/^(previous_response_id|conversation|store)$/.test(api.param ?? "") && cannot.test(message)) {
    const words = `${baseUrl} does not store conversations: ${message}`;
    return refused("stateless_server", words, stateless, api);
  }
  const lacking = lackingIn(api, message, assistant);
  if (lacking !== null) {
    const words = `${assistant.model} at ${baseUrl} does not support ${lacking.capability}: ${message}`;
    const hint = `The assistant requires it through \`${lacking.field}\`. Remove that from its YAML, or give the target another model under \`models\`.`;
    return refused("missing_capability", words, hint, api);
  }
  if (api.status !== 400 && api.status !== 422 && api.param === null && !namesSomething.test(message)) {
    const hint =
      "Check base_url (it usually ends in /v1), and that the server has the Responses API and not only chat completions.";
    return refused("no_responses_api", `there is no Responses API at ${baseUrl}`, hint, api);
  }
  return error;
}

/** A 404 that names an object does not mean that the API is missing. */
const namesSomething = /\b(model|conversation|container|response with|vector store|file)\b/i;

interface Capability {
  capability: string;
  /** The key in the assistant's YAML that requires it. */
  field: string;
  /** Patterns for the parameter that the API names, and for its message. */
  param: RegExp;
  words: RegExp;
  isAsked(this: void, spec: AssistantSpec): boolean;
}

const hasTool = (kind: string) => (spec: AssistantSpec) => spec.tools.some((tool) => tool.kind === kind);

/** The capabilities that servers and models may lack, the most specific first. */
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

/** Messages that state that an API does not support something, as opposed to an invalid value. */
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
