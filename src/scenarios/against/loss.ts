import { cutEnd } from "../../kit/difference.ts";
import type { Path } from "../../project/project.ts";

/**
 * Something that a suite expects no more, or less strictly. `changed`: something else is expected in its place, which may be right, but what
 * was expected before no longer is.
 */
export interface Loss {
  how: "removed" | "weakened" | "changed";
  /** Where it is written: in the file of then what was removed, in the file of now what is weaker. */
  at: Path;
  /** What it is about, in words. */
  what: string;
}

/** A loss at this path. */
export function loss(how: Loss["how"], at: Path, what: string): Loss {
  return { how, at, what };
}

const longest = 80;

/** A value as it is shown in a line. */
export function shown(value: unknown): string {
  return cutEnd(JSON.stringify(value) ?? "nothing", longest);
}
