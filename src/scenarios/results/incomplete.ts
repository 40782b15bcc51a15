/** The parts of a run without results, which leave open whether the suite passes. Plain JSON. */
export interface Incomplete {
  /** Incomplete shards; empty for a run that was not merged from shards. */
  shards: readonly IncompleteShard[];
  /** The ids of the scenarios that have no result, in the order of the suite. */
  scenarios: readonly string[];
}

/** An incomplete shard. `missing`: it never reported. `unfinished`: it ended early. `interrupted`: it was interrupted. */
export interface IncompleteShard {
  number: number;
  of: number;
  why: "missing" | "unfinished" | "interrupted";
}
