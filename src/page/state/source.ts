import { useEffect, useState } from "preact/hooks";
import type { ScenarioPage } from "../../page-data/scenario-page.ts";
import type { Source } from "../source.ts";

/** Redraws whenever the source reports a change; returns the number of changes. */
export function useChanges({ subscribe }: Source): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => subscribe?.(() => setChanges((count) => count + 1)), [subscribe]);
  return changes;
}

/** The loading state of a scenario. */
export type Loaded = { kind: "loading" } | { kind: "loaded"; page: ScenarioPage } | { kind: "failed"; reason: string };

/** The scenario with that id. The previous one stays in view until the next is loaded. */
export function useScenario(source: Source, id: string | null, changes: number): Loaded {
  const [loaded, setLoaded] = useState<Loaded>({ kind: "loading" });
  useEffect(() => {
    if (id === null) return;
    let isWanted = true;
    const set = (next: Loaded) => {
      if (isWanted) setLoaded(next);
    };
    source.scenario(id).then(
      (page) => set({ kind: "loaded", page }),
      (error: unknown) => set({ kind: "failed", reason: String(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [source, id, changes]);
  return loaded;
}
