/** The parts of a run of which there are no results, so that nobody can tell whether the suite passes. Plain JSON. */
export interface Incomplete {
  /** Shards that are not all there; none for a run that was not merged of shards. */
  shards: readonly IncompleteShard[];
  /** The ids of the scenarios that have no result, in the order of the suite. */
  scenarios: readonly string[];
}

/** A shard that is not all there. `missing`: it never reported. `unfinished`: it was cut off. `interrupted`: somebody stopped it. */
export interface IncompleteShard {
  number: number;
  of: number;
  why: "missing" | "unfinished" | "interrupted";
}
