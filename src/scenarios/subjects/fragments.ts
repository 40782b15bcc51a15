import { asText } from "../fill.ts";
import { Type } from "../../schema/builder.ts";
import type { Path } from "../../project/project.ts";
import { checkMatcher } from "../matcher/check-matcher.ts";
import type { Fault } from "./subject.ts";

/** A pattern of the matcher language: a literal matches deep-partially, operators start with `$`. */
export const Matcher = Type.Unknown({
  description: "A value or a matcher: { $regex: ... }, { $gt: 3 }, { $any: true }, ...",
});

/** `severity`, which an expectation may have. */
export const severity = Type.Optional(
  Type.Union([Type.Literal("gate"), Type.Literal("warn")], {
    description: "warn reports a miss and does not fail the scenario.",
  }),
);

/** One text, or several. */
export const texts = (description: string) =>
  Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], { description });

/** A text, and its place from the subject's own. */
export interface TextAt {
  at: Path;
  text: string;
}

/** Reads one text or several that are written under `key`. */
export function readTexts(written: string | readonly string[] | undefined, key: string): TextAt[] {
  if (written === undefined) return [];
  if (typeof written === "string") return [{ at: [key], text: written }];
  return written.map((text, index) => ({ at: [key, index], text }));
}

/** The text; an expression may have made a number of it. */
export const textOf = ({ text }: TextAt): string => asText(text);

/** What is wrong with a matcher that stands at `at`. */
export function matcherFaults(pattern: unknown, at: Path): Fault[] {
  return checkMatcher(pattern).map(({ path, code, message }) => ({
    at: [...at, ...path],
    place: code === "bad_regex" ? "value" : "key",
    code,
    message,
  }));
}
