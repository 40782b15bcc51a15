import { Type } from "../../schema/builder.ts";
import {
  Count,
  FromOne,
  Hashes,
  Milliseconds,
  Numbers,
  open,
  orNull,
  Place,
  Problem,
  RecordSchema,
  Texts,
  Usage,
  Verdict,
  words,
} from "./record-schema.ts";

const Status = words(
  "passed",
  "observed",
  "flaky",
  "failed",
  "errored",
  "inconclusive",
  "skipped",
  "quarantined",
  "not_run",
);

const Attempt = open({
  confirmation: Count,
  run: FromOne,
  attempt: FromOne,
  status: words("passed", "failed", "errored", "invalid", "inconclusive", "not_run"),
  time: Milliseconds,
  usage: orNull(Usage),
  record: Type.Optional(orNull(RecordSchema)),
  verdicts: Type.Optional(Type.Array(Verdict)),
  problems: Type.Optional(Type.Array(Problem)),
});

const Interval = open({ low: Type.Number(), high: Type.Number() });

const Repeat = open({
  asked: FromOne,
  rule: Type.String(),
  counted: Count,
  passed: Count,
  failed: Numbers,
  uncounted: Numbers,
  early: Type.Boolean(),
  rate: orNull(Type.Number()),
  interval: orNull(Interval, "The 95% Wilson interval."),
  pass_at_k: orNull(Numbers),
  pass_hat_k: orNull(Numbers),
});

/** The schema of the result of one scenario, in `json`, `jsonl` and stored runs. */
export const ResultSchema = open(
  {
    id: Type.String(),
    name: Type.String(),
    file: Type.String({ description: "The path, relative to the project's root." }),
    assistant: Type.String(),
    tags: Texts,
    owner: orNull(Type.String()),
    status: Status,
    reason: orNull(Type.String(), "Why the scenario was skipped or not run."),
    turns: Count,
    record: orNull(RecordSchema, "The record of the attempt that shows the verdict."),
    verdicts: Type.Array(Verdict),
    problems: Type.Array(Problem),
    attempts: Type.Array(Attempt, {
      description:
        "In order. The attempt that shows the verdict omits its record, verdicts and problems; they are those of the result.",
    }),
    repeat: orNull(Repeat, "The outcome of its runs; null for a scenario that runs once."),
    quarantine: Type.Optional(
      open({
        owner: Type.String(),
        reason: Type.String(),
        evidence: Type.Optional(orNull(Type.String())),
        expires: Type.String(),
        status: Status,
        steady: Type.Boolean(),
      }),
    ),
    time: Milliseconds,
    fingerprint: orNull(open({ assistant: Hashes, scenario: Hashes })),
    affected: Type.Optional(Texts),
    stale: Type.Optional(open({ turn: Type.Integer(), why: Type.String() })),
  },
  "The result of one scenario.",
);

const Counts = open({ passed: Count, counted: Count });
const Median = open({ median: Type.Number(), interval: orNull(Interval) });

const Baseline = open(
  {
    file: Type.String(),
    scenarios: Type.Array(
      open({
        id: Type.String(),
        change: words("regression", "improved", "stable", "insufficient", "new", "rewritten", "gone"),
        status: orNull(Status),
        before: orNull(Counts),
        after: orNull(Counts),
        p: orNull(Type.Number()),
        needed: orNull(open({ after: orNull(Type.Number()), both: orNull(Type.Number()) })),
        parts: Texts,
        measures: Type.Array(open({ measure: words("latency", "tokens", "cost"), before: Median, after: Median })),
        paths: Texts,
      }),
    ),
  },
  "The comparison of the run with a baseline.",
);

const Losses = open(
  {
    since: Type.String(),
    losses: Type.Array(
      open({
        scenario: Type.String(),
        how: Type.String(),
        what: Type.String(),
        in: words("then", "now"),
        place: Place,
      }),
    ),
  },
  "The expectations that the suite lost since another commit.",
);

const Incomplete = open(
  {
    shards: Type.Array(open({ number: FromOne, of: FromOne, why: words("missing", "unfinished", "interrupted") })),
    scenarios: Texts,
  },
  "The parts of the run without results.",
);

const about = {
  run: Type.String({ description: "The name of the run; names sort by time." }),
  project: Type.Optional(Type.String()),
  commit: Type.Optional(orNull(Type.String())),
  playbill: Type.Optional(Type.String({ description: "The version of Playbill." })),
  target: Type.Optional(Type.String()),
  deployed: Type.Optional(Type.Boolean()),
  replayed: Type.Optional(Type.Boolean()),
  repeat: Type.Optional(orNull(Count)),
  all_runs: Type.Optional(Type.Boolean()),
  seed: Type.Optional(Type.Number()),
  began: Type.Optional(Type.String({ description: "ISO 8601." })),
  resumed: Type.Optional(orNull(Type.String())),
  merged: Type.Optional(orNull(Texts, "The runs of the shards that it was merged from.")),
};

const Version = Type.Literal(3, { description: "The version of this format; a breaking change increments it." });

/** The schema of the first line of `jsonl` and of stored runs. */
export const HeaderSchema = open(
  {
    format_version: Version,
    ...about,
    scenarios: Type.Optional(Texts),
    shard: Type.Optional(orNull(open({ number: FromOne, of: FromOne, suite: Texts }))),
  },
  "The first line, which identifies the run.",
);

const counts = {
  passed: Count,
  observed: Count,
  flaky: Count,
  failed: Count,
  errored: Count,
  inconclusive: Count,
  skipped: Count,
  quarantined: Count,
  not_run: Count,
};

/** The schema of the last line of `jsonl` and of stored runs. */
export const EndSchema = open(
  {
    end: open({
      time: Milliseconds,
      exit_code: Count,
      interrupted: Type.Boolean(),
      budget_used_up: Type.Boolean(),
      counts: orNull(open(counts)),
      baseline: orNull(Baseline),
      against: orNull(Losses),
      incomplete: orNull(Incomplete),
    }),
  },
  "The last line, with the end of the run. A killed run has none.",
);

/** The schema of a line of `jsonl`, of `results.jsonl` and of an unpacked blob. */
export const ResultLineFile = Type.Union([HeaderSchema, ResultSchema, EndSchema], {
  title: "Playbill results, one line",
});

/** The schema of the document that `--json` and `--reporter json` write. */
export const ResultsFile = Type.Object(
  {
    format_version: Version,
    run: open({ ...about, shard: Type.Optional(open({ number: FromOne, of: FromOne })) }),
    results: Type.Array(ResultSchema),
    summary: open({ ...counts, time: Milliseconds }),
    exit_code: Count,
    baseline: Type.Optional(Baseline),
    against: Type.Optional(Losses),
    incomplete: Type.Optional(Incomplete),
  },
  { additionalProperties: true, title: "Playbill results" },
);
