import { type ApiError, ProblemError, problem } from "../../problem.ts";

/** The statuses by which servers say that they know nothing of what is asked for. */
const notThere = new Set([404, 405, 501]);

/**
 * What to throw when a list of knowledge cannot be read or added to: the error, unless it says that the server has no such lists. `what` is
 * what they hold, as in "vector stores".
 */
export function knowledgeError(error: unknown, what: string, baseUrl: string): unknown {
  const api = error instanceof ProblemError ? error.problems[0]?.api : undefined;
  if (api === undefined || !notThere.has(api.status ?? 0)) return error;
  const hint = `Assistants without knowledge work there all the same. For the others, put the address of a server that has ${what} into base_url, or \`server: embedded\`.`;
  return new ProblemError([problem("no_knowledge_api", `there are no ${what} at ${baseUrl}`, { hint, api })]);
}

/** A 404 where every Assistants API has something: there is no such API at this base URL. */
export function noAssistantsApi(baseUrl: string, api: ApiError | undefined): ProblemError {
  const host = URL.canParse(baseUrl) ? new URL(baseUrl).hostname : baseUrl;
  const switchedOff = /(^|\.)(openai\.com|openai\.azure\.com|cognitiveservices\.azure\.com)$/.test(host);
  return new ProblemError([
    problem(
      "no_assistants_api",
      switchedOff
        ? `${host} no longer has an Assistants API: it was switched off on 2026-08-26`
        : `there is no Assistants API at ${baseUrl}`,
      {
        hint: [
          "Choose one:",
          "- the server inside Playbill: `server: embedded` in playbill.yaml (or `playbill serve` for other programs);",
          "- a self-hosted or proxy server that still speaks the Assistants API: put its address into base_url;",
          "- a base_url that only lacks its version: most end in /v1.",
        ].join("\n"),
        ...(api === undefined ? {} : { api }),
      },
    ),
  ]);
}
