import { useMemo } from "preact/hooks";
import { filterRows, groupRows, sortRows, type RowGroup } from "../../page-data/filter.ts";
import type { IndexRow } from "../../page-data/index-row.ts";
import type { ListState } from "../../page-data/location.ts";
import { parseQuery } from "../../page-data/query.ts";
import type { Source } from "../source.ts";
import { useTextSearch, type TextSearch } from "./text-search.ts";

/** The rows that the list shows. */
export interface ShownRows {
  /** In the order of the list. */
  order: readonly IndexRow[];
  /** `null` when the list is not grouped. */
  groups: readonly RowGroup[] | null;
  search: TextSearch;
}

/** Filters, sorts and groups rows. */
export function useShownRows(source: Source, rows: readonly IndexRow[], { query, sort, group }: ListState): ShownRows {
  const terms = useMemo(() => parseQuery(query), [query]);
  const search = useTextSearch(source, rows, terms);
  return useMemo(() => {
    const sorted = sortRows(filterRows(rows, terms, search.found), sort);
    if (group === "none") return { order: sorted, groups: null, search };
    const groups = groupRows(sorted, group);
    return { order: [...new Set(groups.flatMap((each) => each.rows))], groups, search };
  }, [rows, terms, search, sort, group]);
}
