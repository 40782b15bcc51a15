import type { Shard } from "../../scenarios/shard.ts";

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
  against?: string;
  record?: true;
  replay?: true;
  order: "file" | "random";
  seed?: number;
  reporter?: string[];
  verbose?: true;
  json?: true;
}
