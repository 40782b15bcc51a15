import { isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import type { Document, Node, YAMLError } from "yaml";
import { problem } from "../problem.ts";
import type { Place, Problem } from "../problem.ts";
import type { ProblemCode } from "../problem-codes.ts";
import type { Declared, Path } from "./project.ts";
import { locatorOf } from "./source.ts";
import type { Locator } from "./source.ts";
import { composeYaml, maxDepth } from "./yaml-document.ts";
import type { Composed } from "./yaml-document.ts";
import { plainValue } from "./yaml-value.ts";

/** A YAML file as plain JSON, with the places of its parts. `value` is `undefined` when the text is not sound YAML. */
export interface ParsedYaml {
  value: unknown;
  problems: Problem[];
  place: Declared<unknown>["place"];
}

/** Reads one YAML 1.2 document (core schema). Positions are looked up only when asked for, so a sound file costs one parse. */
export function parseYaml(file: string, text: string): ParsedYaml {
  const locate = lazy(() => locatorOf(file, text));
  return { ...problemsOf(composeYaml(text), locate), place: placesIn(file, text) };
}

/** The places of the parts of a YAML or JSON text. */
export function placesIn(file: string, text: string): ParsedYaml["place"] {
  const locate = lazy(() => locatorOf(file, text));
  const composed = lazy(() => composeYaml(text));
  return (path, at = "value") => placeOf(composed(), locate(), text, path, at);
}

function problemsOf(composed: Composed, locate: () => Locator): Omit<ParsedYaml, "place"> {
  const problems: Problem[] = [];
  const report = ([start, end]: readonly number[], code: ProblemCode, message: string, hint?: string): void => {
    const place = locate()(start ?? 0, Math.max(end ?? 0, (start ?? 0) + 1));
    problems.push(problem(code, message, hint === undefined ? { place } : { hint, place }));
  };
  if (composed.kind === "too_deep") {
    report([composed.offset], "too_deep", `nested more than ${maxDepth} levels deep`);
    return { value: undefined, problems };
  }
  const { document, secondDocument } = composed;
  for (const error of [...document.errors, ...document.warnings])
    report(error.pos, codeOf(error), messageOf(error), hints[error.code]);
  if (secondDocument !== null)
    report([secondDocument], "many_documents", "the file holds more than one document", "Write one file for each.");
  if (document.directives.yaml.version !== "1.2") report([0], "bad_yaml", "only YAML 1.2 is read");
  const value = plainValue(document, ({ range }, code, message, hint) => report(range ?? [], code, message, hint));
  return { value: problems.length === 0 ? value : undefined, problems };
}

const codes: Partial<Record<YAMLError["code"], ProblemCode>> = {
  NON_STRING_KEY: "wrong_type",
  TAB_AS_INDENT: "tab_indent",
  TAG_RESOLVE_FAILED: "unknown_tag",
  BAD_ALIAS: "unknown_alias",
};
const codeOf = (error: YAMLError): ProblemCode => codes[error.code] ?? "bad_yaml";

const messages: Partial<Record<YAMLError["code"], string>> = {
  NON_STRING_KEY: "a key must be text",
};
const messageOf = (error: YAMLError): string => messages[error.code] ?? error.message.replace(/^[A-Z](?=[a-z])/, lower);
const lower = (letter: string): string => letter.toLowerCase();

const hints: Partial<Record<YAMLError["code"], string>> = {
  TAB_AS_INDENT: "Indent with spaces.",
  BLOCK_AS_IMPLICIT_KEY: 'Put text that holds ": " in quotes.',
};

function placeOf(
  composed: Composed,
  locate: Locator,
  text: string,
  path: Path,
  at: Parameters<Declared<unknown>["place"]>[1],
): Place {
  const { key, value } = composed.kind === "document" ? nodesAt(composed.document, path) : {};
  const [start, end] = (at === "key" ? (key ?? value) : (value ?? key))?.range ?? [0, 1];
  if (typeof at !== "object") return locate(start, Math.max(end, start + 1));
  const found = text.slice(start, end).indexOf(at.text);
  if (found === -1) return locate(start, end);
  return locate(start + found + at.start, start + found + Math.max(at.end, at.start + 1));
}

/** The nodes of the last step of a path that is really there. */
function nodesAt(document: Document.Parsed, path: Path): { key?: Node; value?: Node } {
  let key: Node | undefined;
  let value: Node | undefined = document.contents ?? undefined;
  for (const step of path) {
    const next = stepInto(isAlias(value) ? value.resolve(document) : value, step);
    if (!next) break;
    key = next.key ?? next.value;
    value = next.value;
  }
  return { ...(key && { key }), ...(value && { value }) };
}

function stepInto(node: unknown, step: string | number): { key?: Node; value?: Node } | undefined {
  if (isSeq(node) && typeof step === "number")
    return isNode(node.items[step]) ? { value: node.items[step] } : undefined;
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
  if (!pair || !isNode(pair.key)) return undefined;
  return isNode(pair.value) ? { key: pair.key, value: pair.value } : { key: pair.key };
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
