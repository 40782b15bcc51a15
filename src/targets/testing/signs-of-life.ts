import type { Clock } from "../../kit/clock.ts";
import type { Live, Marker, ResourceKind } from "../../resources/resource.ts";
import type { Registry } from "../target.ts";

/** Milliseconds between two signs of life. */
const interval = 120_000;

const isSign = /\balive:(\d+)$/;

/** When an object, or the run that created it, last showed a sign of life: seconds since 1970, by the target's clock. */
export function lastSign({ createdAt, marker }: Live): number {
  return Math.max(createdAt, Number(isSign.exec(marker?.spec ?? "")?.[1] ?? 0));
}

/** Shows others that a long run is alive, by the time in the marker of one of its objects. */
export interface SignsOfLife {
  /** An object with this marker exists, although work on it may continue: the first one carries the time from then on. */
  begin(this: void, kind: ResourceKind, id: string, marker: Marker): void;
  end(this: void): void;
}

/** Signs of life at a target. One that fails is skipped: other runs wait for several. */
export function createSignsOfLife(registry: Registry, clock: Clock): SignsOfLife {
  let next: (() => void) | null = null;
  let isOver = false;

  function wait(give: () => Promise<unknown>): void {
    if (isOver) return;
    next = clock.after(interval, () => void give().finally(() => wait(give)));
  }

  async function give(kind: ResourceKind, id: string, marker: Marker): Promise<void> {
    try {
      const live = await registry.get(kind, id);
      const spec = `${marker.spec} alive:${registry.time()}`;
      if (live !== null && !isOver) await registry.update(kind, live, {}, { ...marker, spec });
    } catch {
      // The next one may succeed.
    }
  }

  return {
    begin(kind, id, marker) {
      if (next === null) wait(() => give(kind, id, marker));
    },
    end() {
      isOver = true;
      next?.();
    },
  };
}
