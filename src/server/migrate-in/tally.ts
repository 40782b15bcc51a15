/** Something that was seen several times. */
export interface Remark {
  /** For people, in the singular or as a mass: `thread.run`, `a tool of type bing_grounding`. */
  what: string;
  count: number;
  /** Ids of some of them. */
  ids: string[];
}

/** Counts what was seen, by what it is. */
export interface Tally {
  note(what: string, id: string): void;
  /** In the order in which they were first seen. */
  remarks(): Remark[];
}

/** Ids that are kept of a kind. */
const mostIds = 100;

/** A tally of nothing. */
export function createTally(): Tally {
  const remarks = new Map<string, Remark>();
  return {
    note(what, id) {
      const remark = remarks.get(what) ?? { what, count: 0, ids: [] };
      remark.count += 1;
      if (id !== "" && remark.ids.length < mostIds && !remark.ids.includes(id)) remark.ids.push(id);
      remarks.set(what, remark);
    },
    remarks: () => [...remarks.values()],
  };
}
