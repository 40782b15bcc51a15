/** Something that occurred several times. */
export interface Remark {
  /** A description in the singular: `thread.run`, `a tool of type bing_grounding`. */
  what: string;
  count: number;
  /** Ids of some of them. */
  ids: string[];
}

/** Counts occurrences by description. */
export interface Tally {
  note(what: string, id: string): void;
  /** In the order of the first occurrence. */
  remarks(): Remark[];
}

/** The maximum number of ids kept for a description. */
const mostIds = 100;

/** Creates an empty tally. */
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
