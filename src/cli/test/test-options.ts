import type { Shard } from "../../scenarios/selection/shard.ts";

/** The options of `playbill test`, as parsed by commander. */
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
  /** The number of bad results after which to stop. */
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
  /** The model for every assistant instead of its own; set by `--models`. */
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
