import { isQuotaUsedUp } from "../kit/retry.ts";

/**
 * What a failed run says: something of the `assistant` (its behaviour, or what its prompt and conversation ran into), that the
 * `endpoint` failed this time, or that the `setup` is wrong, which another try does not change.
 */
export type RunFailureCause = "assistant" | "endpoint" | "setup";

export interface RunFailure {
  cause: RunFailureCause;
  /** Nothing else at this target will fare better: the key is refused, or the quota is used up. */
  concernsTarget: boolean;
}

/** Codes in `last_error` of OpenAI's original, of Azure and of servers that hand on what a model's endpoint said. */
const causes: Record<string, RunFailureCause> = {
  server_error: "endpoint",
  rate_limit_exceeded: "endpoint",
  timeout: "endpoint",
  overloaded: "endpoint",
  service_unavailable: "endpoint",
  internal_error: "endpoint",
  invalid_prompt: "assistant",
  content_filter: "assistant",
  context_length_exceeded: "assistant",
  string_above_max_length: "assistant",
  invalid_request_error: "setup",
  model_not_found: "setup",
  unsupported_parameter: "setup",
  unsupported_value: "setup",
  invalid_api_key: "setup",
  authentication_error: "setup",
  permission_denied: "setup",
};

const keyCodes = new Set(["invalid_api_key", "authentication_error"]);

/** Words that say more than the code: there are three codes only, and servers put everything else into the text. */
const ofAssistant =
  /content[_ ](filter|management)|usage polic|was flagged|^The model called '|^The model endpoint \S+ called "|context (length|window)|maximum context|model's context/i;
/** The embedded server has one endpoint, and tried it more than once. */
const isGone = /^The model endpoint \S+ cannot be reached/;
const ofQuota = /exceeded your current quota|insufficient_quota|no quota left|billing (hard limit|details)/i;
const ofKey = /(incorrect|invalid|missing) api key|refused the api key|(\berror code: |\bstatus |\()401\b|\(403\)/i;
const ofSetup =
  /(\berror code: |\bstatus |\()4(?!0[189]|25|29)\d\d\b|is no chat completion; check its address|requires? --|does not (exist|support)|is not supported|unsupported (parameter|value)|model .{0,80} not found/i;

/** What it means that a run ended as `failed` with this `last_error`. A code that nobody knows says nothing about the assistant. */
export function readRunFailure({ code, message }: { code: string; message: string }): RunFailure {
  if (ofAssistant.test(message)) return { cause: "assistant", concernsTarget: false };
  if (isGone.test(message)) return { cause: "endpoint", concernsTarget: true };
  if (isQuotaUsedUp({ code }) || ofQuota.test(message)) return { cause: "setup", concernsTarget: true };
  if (keyCodes.has(code) || ofKey.test(message)) return { cause: "setup", concernsTarget: true };
  const cause = Object.hasOwn(causes, code) ? causes[code] : undefined;
  if (cause !== "assistant" && ofSetup.test(message)) return { cause: "setup", concernsTarget: false };
  return { cause: cause ?? "endpoint", concernsTarget: false };
}
