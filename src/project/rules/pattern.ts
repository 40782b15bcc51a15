import { patternFault } from "../../schema/pattern.ts";
import type { Finding } from "../finding.ts";
import type { Path } from "../project.ts";

/** The faults of the regular expression at `path`. */
export function patternFindings(text: string, path: Path): Finding[] {
  const fault = patternFault(text);
  if (fault === null) return [];
  const { message, hint, start, end } = fault;
  return [{ path, at: { text, start, end }, code: "bad_regex", message, ...(hint !== undefined && { hint }) }];
}
