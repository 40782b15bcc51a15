/** Models that are shut down on the same day, with the source. */
interface Shutdown {
  /** The day, `YYYY-MM-DD`. */
  on: string;
  models: readonly string[];
  source: string;
}

/** The day on which the sources were last read. */
export const tableDate = "2026-11-26";

/** OpenAI's announcements of shutdowns; the sources below quote them. */
export const announcements = "https://developers.openai.com/api/docs/deprecations";

/**
 * Shutdown dates of models of OpenAI's API, for targets that do not provide them. Models without a source are not in it. Fine-tuned
 * models follow their base model.
 */
export const shutdowns: readonly Shutdown[] = [
  { on: "2026-02-17", models: ["chatgpt-4o-latest"], source: "https://archive.li/3RThE" },
  {
    on: "2026-07-23",
    models: [
      "gpt-4o-mini-search-preview-2025-03-11",
      "gpt-4o-search-preview-2025-03-11",
      "gpt-5-chat-latest",
      "gpt-5-codex",
      "gpt-5.1-chat-latest",
      "gpt-5.1-codex",
      "gpt-5.1-codex-max",
      "gpt-5.1-codex-mini",
      "gpt-5.2-codex",
    ],
    source: "https://spybara.com/openai/api/history/docs/en/2026-04-22-0555..2026-04-23-0556/",
  },
  {
    on: "2026-08-10",
    models: ["gpt-5.2-chat-latest", "gpt-5.3-chat-latest"],
    source: "https://spybara.com/openai/api/history/docs/en/2026-05-12-1857..2026-05-14-2100/",
  },
  {
    on: "2026-09-28",
    models: ["gpt-3.5-turbo-1106", "gpt-3.5-turbo-instruct"],
    source: "https://github.com/cognizant-ai-lab/neuro-san/pull/414",
  },
  {
    on: "2026-10-23",
    models: [
      "gpt-3.5-turbo",
      "gpt-3.5-turbo-0125",
      "gpt-4",
      "gpt-4-0613",
      "gpt-4-1106-preview",
      "gpt-4-turbo",
      "gpt-4-turbo-2024-04-09",
      "gpt-4.1-nano",
      "gpt-4.1-nano-2025-04-14",
      "gpt-4o-2024-05-13",
      "o1",
      "o1-2024-12-17",
      "o1-pro",
      "o1-pro-2025-03-19",
      "o3-mini",
      "o3-mini-2025-01-31",
      "o4-mini",
      "o4-mini-2025-04-16",
    ],
    source: "https://dev.to/importstatic/every-openai-model-shutdown-date-until-january-2027-and-what-replaces-it-1dfk",
  },
  {
    on: "2026-12-11",
    models: [
      "gpt-5",
      "gpt-5-2025-08-07",
      "gpt-5-mini",
      "gpt-5-mini-2025-08-07",
      "gpt-5-nano",
      "gpt-5-nano-2025-08-07",
      "gpt-5-pro",
      "gpt-5-pro-2025-10-06",
      "o3",
      "o3-2025-04-16",
      "o3-pro",
      "o3-pro-2025-06-10",
    ],
    source: "https://dev.to/aideprecations/what-to-do-before-openai-gpt-5-and-o3-shut-down-on-december-11-2026-fap",
  },
  {
    on: "2027-01-14",
    models: [
      "gpt-4.1-2025-04-14",
      "gpt-4.1-mini-2025-04-14",
      "gpt-4o-2024-08-06",
      "gpt-4o-2024-11-20",
      "gpt-4o-mini-2024-07-18",
    ],
    source: "https://codersera.com/blog/gpt-4o-gpt-4-1-api-shutdown-migration-2026/",
  },
  {
    on: "2027-01-14",
    models: ["gpt-4.1", "gpt-4.1-mini", "gpt-4o", "gpt-4o-mini"],
    source:
      "https://dev.to/max_bob/openai-api-deprecations-2026-2027-every-shutdown-date-and-recommended-replacement-gpt-4o-2ffm",
  },
  { on: "2027-04-01", models: ["gpt-5.1", "gpt-5.4-nano"], source: "https://dev.to/aidriftline" },
];
