import type { CreateReporter } from "../../scenarios/reports/reporter.ts";

/** A kind of report; its module is loaded on demand. */
export interface ReporterKind {
  load(): Promise<CreateReporter>;
  /** True if it is not meant for a terminal. */
  needsFile?: true;
  /** True if programs read it, so that problems say whether trying again may help. */
  forPrograms?: true;
  /** True if its lines may be mixed with those of another reporter. */
  isBeside?: true;
  /** The default file, from the project's root. Its path is printed. */
  usualFile?: string;
  /** True if its output is compressed. */
  isGzipped?: true;
}

const jsonl = async () => (await import("../../scenarios/reports/jsonl.ts")).createJsonlReporter;

/** Every kind of report, by its name. To add one, write its file and name it here. */
export const reporterKinds: Readonly<Record<string, ReporterKind>> = {
  list: { load: async () => (await import("../../scenarios/reports/list.ts")).createListReporter },
  dot: { load: async () => (await import("../../scenarios/reports/dot.ts")).createDotReporter },
  json: { load: async () => (await import("../../scenarios/reports/json.ts")).createJsonReporter, forPrograms: true },
  html: {
    load: async () => (await import("../../scenarios/reports/html/html.ts")).createHtmlReporter,
    usualFile: ".playbill/report.html",
  },
  jsonl: { load: jsonl, forPrograms: true },
  junit: { load: async () => (await import("../../scenarios/reports/junit.ts")).createJunitReporter },
  tap: { load: async () => (await import("../../scenarios/reports/tap.ts")).createTapReporter },
  github: {
    load: async () => (await import("../../scenarios/reports/github.ts")).createGithubReporter,
    isBeside: true,
  },
  blob: { load: jsonl, needsFile: true, isGzipped: true },
};

/** The names of all reporters. */
export const reporterNames: readonly string[] = Object.keys(reporterKinds);
