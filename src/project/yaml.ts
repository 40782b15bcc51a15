import { isAlias, isMap, isNode, isScalar, isSeq } from "yaml";
import type { Document, Node, YAMLMap } from "yaml";
import { problem } from "../problem.ts";
import type { Place, Problem } from "../problem.ts";
import type { ProblemCode } from "../problem-codes.ts";
import type { Declared, Path } from "./project.ts";
import { locatorOf } from "./source.ts";
import type { Locator } from "./source.ts";
import { composeYaml, maxDepth } from "./yaml-document.ts";
import type { Composed } from "./yaml-document.ts";
import { faultIn } from "./yaml-fault.ts";
import { isMergeKey, plainValue } from "./yaml-value.ts";

/** A YAML file as plain JSON, with the places of its parts. `value` is `undefined` when the text is not valid YAML. */
export interface ParsedYaml {
  value: unknown;
  problems: Problem[];
  place: Declared<unknown>["place"];
}

/** Reads one YAML 1.2 document (core schema). Positions are computed on demand, so a valid file is parsed only once. */
export function parseYaml(file: string, text: string): ParsedYaml {
  const locate = lazy(() => locatorOf(file, text));
  return { ...problemsOf(text, composeYaml(text), locate), place: placesIn(file, text) };
}

/** The places of the parts of a YAML or JSON text. */
export function placesIn(file: string, text: string): ParsedYaml["place"] {
  const locate = lazy(() => locatorOf(file, text));
  const composed = lazy(() => composeYaml(text));
  return (path, at = "value") => placeOf(composed(), locate(), text, path, at);
}

function problemsOf(text: string, composed: Composed, locate: () => Locator): Omit<ParsedYaml, "place"> {
  const problems: Problem[] = [];
  const report = ([start, end]: readonly number[], code: ProblemCode, message: string, hint?: string): void => {
    const place = locate()(start ?? 0, Math.max(end ?? 0, (start ?? 0) + 1));
    problems.push(problem(code, message, hint === undefined ? { place } : { hint, place }));
  };
  if (composed.kind === "too_deep") {
    report([composed.offset], "too_deep", `nested more than ${maxDepth} levels deep`);
    return { value: undefined, problems };
  }
  const { document, tokens, secondDocument } = composed;
  const fault = faultIn(text, document.errors, tokens);
  if (fault !== null) {
    report([fault.start, fault.end], fault.code, fault.message, fault.hint);
    return { value: undefined, problems };
  }
  for (const { pos, message } of document.warnings)
    report(pos, "unknown_tag", message.replace(/^U/, "u"), "Put a text that begins with ! in quotes.");
  if (secondDocument !== null)
    report([secondDocument], "many_documents", "the file contains more than one document", "Write one file for each.");
  if (document.directives.yaml.version !== "1.2") report([0], "bad_yaml", "only YAML 1.2 is supported");
  const value = plainValue(document, text, ({ range }, code, message, hint) =>
    report(range ?? [], code, message, hint),
  );
  const isSound = problems.every(({ severity }) => severity === "warning");
  return { value: isSound ? value : undefined, problems };
}

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

/** The nodes of the last existing step of a path. */
function nodesAt(document: Document.Parsed, path: Path): Nodes {
  let key: Node | undefined;
  let value: Node | undefined = document.contents ?? undefined;
  for (const step of path) {
    const next = stepInto(value, step, document);
    if (!next) break;
    key = next.key ?? next.value;
    value = next.value;
  }
  return { ...(key && { key }), ...(value && { value }) };
}

interface Nodes {
  key?: Node;
  value?: Node;
}

function stepInto(found: unknown, step: string | number, document: Document.Parsed): Nodes | undefined {
  const node = isAlias(found) ? found.resolve(document) : found;
  if (isSeq(node) && typeof step === "number")
    return isNode(node.items[step]) ? { value: node.items[step] } : undefined;
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
  if (!pair) return stepIntoMerged(node, step, document);
  if (!isNode(pair.key)) return undefined;
  return isNode(pair.value) ? { key: pair.key, value: pair.value } : { key: pair.key };
}

/** The nodes of a key that is merged into a mapping. */
function stepIntoMerged(node: YAMLMap, step: string | number, document: Document.Parsed): Nodes | undefined {
  const sources = node.items.filter(({ key }) => isMergeKey(key)).map(({ value }) => value);
  for (const source of sources) {
    const target = isAlias(source) ? source.resolve(document) : source;
    for (const each of isSeq(target) ? target.items : [target]) {
      const nodes = stepInto(each, step, document);
      if (nodes) return nodes;
    }
  }
  return undefined;
}

function lazy<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
