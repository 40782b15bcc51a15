import { isQuotaUsedUp } from "../kit/retry.ts";

/**
 * The cause of a failed run: the `assistant` (its behaviour, or a limit that its prompt and conversation reached), a temporary failure of the
 * `endpoint`, or a wrong `setup`, which a retry does not change.
 */
export type RunFailureCause = "assistant" | "endpoint" | "setup";

export interface RunFailure {
  cause: RunFailureCause;
  /** Other runs at this target will fail too: the key is refused, or the quota is used up. */
  concernsTarget: boolean;
}

/** Codes in `last_error` of OpenAI's original, of Azure, and of servers that pass on errors of a model's endpoint. */
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

/** Message patterns, which are more specific than the code: there are only three codes, and servers put everything else into the message. */
const ofAssistant =
  /content[_ ](filter|management)|usage polic|was flagged|^The model called '|^The model endpoint \S+ called "|context (length|window)|maximum context|model's context/i;
/** A message of the embedded server, which has one endpoint and has retried it. */
const isGone = /^The model endpoint \S+ cannot be reached/;
const ofQuota = /exceeded your current quota|insufficient_quota|no quota left|billing (hard limit|details)/i;
const ofKey = /(incorrect|invalid|missing) api key|refused the api key|(\berror code: |\bstatus |\()401\b|\(403\)/i;
const ofSetup =
  /(\berror code: |\bstatus |\()4(?!0[189]|25|29)\d\d\b|is (no|not a) chat completion; check its address|requires? --|does not (exist|support)|is not supported|unsupported (parameter|value)|model .{0,80} not found/i;

/** Classifies the `last_error` of a failed run. An unknown code does not count against the assistant. */
export function readRunFailure({ code, message }: { code: string; message: string }): RunFailure {
  if (ofAssistant.test(message)) return { cause: "assistant", concernsTarget: false };
  if (isGone.test(message)) return { cause: "endpoint", concernsTarget: true };
  if (isQuotaUsedUp({ code }) || ofQuota.test(message)) return { cause: "setup", concernsTarget: true };
  if (keyCodes.has(code) || ofKey.test(message)) return { cause: "setup", concernsTarget: true };
  const cause = Object.hasOwn(causes, code) ? causes[code] : undefined;
  if (cause !== "assistant" && ofSetup.test(message)) return { cause: "setup", concernsTarget: false };
  return { cause: cause ?? "endpoint", concernsTarget: false };
}
