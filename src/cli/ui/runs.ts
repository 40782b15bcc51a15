import { Stopped } from "../stopped.ts";
import type { ToRun, Watched } from "../test/watch.ts";
import type { World } from "../world.ts";
import type { Controls } from "./ui-app.ts";

/** Tests that a page can start and stop. */
export interface Runs extends Controls {
  tests: Watched;
  /** The next request of a page. */
  next(this: void): Promise<ToRun>;
}

/** Runs of tests, each in its own world that can be stopped; `idle` is called after each. */
export function createRuns(world: World, testsIn: (world: World) => Watched, idle: () => void): Runs {
  let running: AbortController | null = null;
  let wanted: ToRun | null = null;
  let tellWanted = (_run: ToRun): void => {};
  return {
    tests: {
      look: () => testsIn(world).look(),
      async run(which) {
        // Reset only now: a request made while a file changes runs after that change.
        if (which === wanted) wanted = null;
        const stop = new AbortController();
        running = stop;
        const inner = { ...world, signal: AbortSignal.any([world.signal, stop.signal]) };
        try {
          await testsIn(inner).run(which);
        } catch (error) {
          if (error !== stop.signal.reason || world.signal.aborted) throw error;
        } finally {
          running = null;
          idle();
        }
      },
    },
    next: () =>
      new Promise((resolve) => {
        tellWanted = resolve;
        if (wanted !== null) resolve(wanted);
      }),
    run(ids) {
      if (running !== null || wanted !== null) return false;
      wanted = ids;
      tellWanted(ids);
      return true;
    },
    stop() {
      running?.abort(new Stopped("interrupted"));
      return running !== null;
    },
  };
}
