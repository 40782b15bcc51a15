import { resolve } from "node:path";
import { suggest } from "../../kit/words.ts";
import { fail } from "../../problem.ts";
import { isPostgresUrl } from "./postgres/url.ts";

/** The database that a user names: `:memory:`, a PostgreSQL URL, or the absolute path of a file. Throws a ProblemError for any other URL; see `refuseOtherUrls`. */
export function databaseAt(folder: string, written: string): string {
  refuseOtherUrls(written);
  return written === ":memory:" || isPostgresUrl(written) ? written : resolve(folder, written);
}

const schemes = ["postgres", "postgresql"];

/** Throws a ProblemError (`database_unusable`) for a URL of anything but PostgreSQL: taken as the path of a file, it would be printed with its password. */
export function refuseOtherUrls(written: string): void {
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(written)?.[1];
  const isWhole = scheme !== undefined && schemes.includes(scheme.toLowerCase());
  if (isWhole || (scheme === undefined && !isPostgresUrl(written))) return;
  const meant = scheme === undefined ? "postgres" : suggest(scheme, schemes);
  const begins = scheme === undefined ? "has no // after its scheme" : `begins with ${scheme}://`;
  fail("database_unusable", `the URL of the database ${begins}, which Playbill cannot use`, {
    hint: [
      ...(meant === undefined ? [] : [`Did you mean ${meant}://?`]),
      "Name a database as postgres://USER@HOST/NAME (or postgresql://), or as the path of a file.",
    ].join(" "),
  });
}
