import { type ApiError, ProblemError, problem } from "../../problem.ts";

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
