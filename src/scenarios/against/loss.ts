import { cutEnd } from "../../kit/difference.ts";
import type { Path } from "../../project/project.ts";

/**
 * An expectation that a suite lost or weakened. `changed`: something else is expected instead, which may be right, but the previous
 * expectation is gone.
 */
export interface Loss {
  how: "removed" | "weakened" | "changed";
  /** Its place: in the earlier file for something removed, in the current file for something weakened. */
  at: Path;
  /** The expectation in words. */
  what: string;
}

/** A loss at this path. */
export function loss(how: Loss["how"], at: Path, what: string): Loss {
  return { how, at, what };
}

const longest = 80;

/** A value as shown in a line. */
export function shown(value: unknown): string {
  return cutEnd(JSON.stringify(value) ?? "nothing", longest);
}
