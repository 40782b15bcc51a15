import { expect, test } from "vitest";
import { readRunFailure } from "../../src/targets/run-failure.ts";

test.each<[code: string, message: string, cause: string, concernsTarget?: true]>([
  // The original's own words.
  ["server_error", "Sorry, something went wrong.", "endpoint"],
  ["rate_limit_exceeded", "Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM).", "endpoint"],
  [
    "rate_limit_exceeded",
    "You exceeded your current quota, please check your plan and billing details.",
    "setup",
    true,
  ],
  ["invalid_prompt", "Invalid prompt: your prompt was flagged as potentially violating our usage policy.", "assistant"],
  // Azure's.
  [
    "server_error",
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    "assistant",
  ],
  ["content_filter", "The response was filtered.", "assistant"],
  // What servers in front of a chat-completions endpoint hand on.
  ["server_error", 'Error code: 400 - "auto" tool choice requires --enable-auto-tool-choice', "setup"],
  ["server_error", "Error code: 401 - Incorrect API key provided: sk-***", "setup", true],
  ["server_error", "The model `gpt-9` does not exist or you do not have access to it.", "setup"],
  ["server_error", "Error code: 503 - overloaded", "endpoint"],
  ["server_error", "The model endpoint http://x/v1 refused the request (418). Its response: teapot", "setup"],
  ["server_error", "The model endpoint http://x/v1 refused the request (413).", "setup"],
  ["server_error", "The model endpoint http://x/v1 refused the request (409).", "endpoint"],
  ["server_error", "The model endpoint http://x/v1 failed (408). Its response: slow", "endpoint"],
  [
    "server_error",
    "The model endpoint http://x/v1 answered with text/html, which is not a chat completion; check its address.",
    "setup",
  ],
  ["model_not_found", "model 'llama9' not found", "setup"],
  ["insufficient_quota", "No.", "setup", true],
  ["context_length_exceeded", "This model's maximum context length is 8192 tokens.", "assistant"],
  ["", "", "endpoint"],
  ["constructor", "An unknown code.", "endpoint"],
])("a run that failed with %s: %s", (code, message, cause, concernsTarget) => {
  expect(readRunFailure({ code, message })).toEqual({ cause, concernsTarget: concernsTarget ?? false });
});
