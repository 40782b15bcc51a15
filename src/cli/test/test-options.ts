import type { Shard } from "../../scenarios/selection/shard.ts";

/** What `playbill test` was asked for, as commander gives it. */
export interface TestOptions {
  target?: string;
  tag?: string[];
  notTag?: string[];
  grep?: string;
  id?: string[];
  jobs: number;
  /** US dollars. */
  budget?: number;
  lastFailed?: true;
  resume?: string;
  shard?: Shard;
  watch?: true;
  list?: true;
  dryRun?: true;
  /** How many bad results it takes. */
  bail?: number;
  repeat?: number;
  retries?: number;
  confirm?: number;
  allRuns?: true;
  baseline?: string;
  deployed?: true;
  affected?: string | true;
  targets?: string[];
  models?: string[];
  /** What every assistant talks to a model as, in place of its own; set by `--models`. */
  model?: string;
  against?: string;
  record?: true;
  replay?: true;
  order: "file" | "random";
  seed?: number;
  reporter?: string[];
  verbose?: true;
  json?: true;
}
