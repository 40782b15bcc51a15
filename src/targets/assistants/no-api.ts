import { type ApiError, ProblemError, problem } from "../../problem.ts";

/** The problem for a 404 at a path that every Assistants API has: there is no such API at this base URL. */
export function noAssistantsApi(baseUrl: string, api: ApiError | undefined): ProblemError {
  const host = URL.canParse(baseUrl) ? new URL(baseUrl).hostname : baseUrl;
  const switchedOff = /(^|\.)(openai\.com|openai\.azure\.com|cognitiveservices\.azure\.com)$/.test(host);
  return new ProblemError([
    problem(
      "no_assistants_api",
      switchedOff
        ? `${host} no longer has an Assistants API: it was shut down on 2026-08-26`
        : `there is no Assistants API at ${baseUrl}`,
      {
        hint: [
          "Choose one:",
          "- use the server inside Playbill: `server: embedded` in playbill.yaml (or `playbill serve` for other programs);",
          "- use a self-hosted server or a proxy that still speaks the Assistants API: set base_url to its address;",
          "- if base_url only lacks its version, add it: most end in /v1.",
        ].join("\n"),
        ...(api === undefined ? {} : { api }),
      },
    ),
  ]);
}
