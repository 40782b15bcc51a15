/** A text to be found in a reply. */
export type Looked = string | { text: string; ignore_case: true };

/** One expectation of a turn. Texts may contain expressions. */
export type Expectation =
  | { kind: "equals"; text: string }
  | { kind: "contains"; texts: readonly Looked[] }
  | { kind: "any_of"; texts: readonly Looked[] }
  | { kind: "not_contains"; texts: readonly Looked[] }
  | { kind: "matches"; pattern: string }
  | { kind: "json"; schema?: unknown; match?: unknown }
  | { kind: "similar"; to: string; min: number }
  | { kind: "words"; matcher: unknown }
  | { kind: "judge"; rubric: string }
  /** A CEL expression. */
  | { kind: "check"; expression: string }
  /** Milliseconds. */
  | { kind: "time"; most: number }
  /** US dollars. */
  | { kind: "cost"; most: number };

/** Kinds of which a turn can have only one. */
const single = new Set<Expectation["kind"]>(["equals", "any_of", "json", "similar", "words", "time", "cost"]);

/** The expectations that can be combined under one `expect`, and the others. */
export function fitting<T extends { expectation: Expectation }>(all: readonly T[]): { kept: T[]; others: T[] } {
  const seen = new Set<Expectation["kind"]>();
  const [kept, others]: [T[], T[]] = [[], []];
  for (const each of all) {
    const { kind } = each.expectation;
    if (single.has(kind) && seen.has(kind)) others.push(each);
    else kept.push(each);
    seen.add(kind);
  }
  return { kept, others };
}

/** Expectations as they are written under `expect` of a turn. */
export function writtenExpect(all: readonly Expectation[]): Record<string, unknown> {
  const of = <K extends Expectation["kind"]>(kind: K) =>
    all.filter((each): each is Extract<Expectation, { kind: K }> => each.kind === kind);
  const [equals] = of("equals");
  const [anyOf] = of("any_of");
  const [json] = of("json");
  const [similar] = of("similar");
  const [words] = of("words");
  const [time] = of("time");
  const [cost] = of("cost");
  const { kind: _json, ...jsonKeys } = json ?? { kind: "json" };
  const reply = {
    ...(equals !== undefined && { equals: equals.text }),
    ...listed(
      "contains",
      of("contains").flatMap(({ texts }) => texts),
    ),
    ...(anyOf !== undefined && { any_of: anyOf.texts }),
    ...listed(
      "not_contains",
      of("not_contains").flatMap(({ texts }) => texts),
    ),
    ...listed(
      "matches",
      of("matches").map(({ pattern }) => pattern),
    ),
    ...(json !== undefined && { json: jsonKeys }),
    ...(similar !== undefined && { similar: { to: similar.to, min: similar.min } }),
    ...(words !== undefined && { words: words.matcher }),
  };
  const judges = of("judge").map(({ rubric }) => ({ rubric, script: { verdict: "pass" } }));
  return {
    ...(Object.keys(reply).length > 0 && { reply }),
    ...listed("judge", judges),
    ...listed(
      "check",
      of("check").map(({ expression }) => expression),
    ),
    ...(time !== undefined && {
      time: { total: time.most % 1_000 === 0 ? `${time.most / 1_000}s` : `${time.most}ms` },
    }),
    ...(cost !== undefined && { cost: { $lte: cost.most } }),
  };
}

function listed(name: string, all: readonly unknown[]): Record<string, unknown> {
  return all.length === 0 ? {} : { [name]: all.length === 1 ? all[0] : all };
}

/** A reply that satisfies all expectations about its text; `null` when none can be determined. */
export function fittingReply(all: readonly Expectation[]): string | null {
  const parts: string[] = [];
  let isCertain = true;
  for (const each of all) {
    if (each.kind === "equals" || each.kind === "similar") parts.push(each.kind === "equals" ? each.text : each.to);
    else if (each.kind === "contains") parts.push(...each.texts.map(textOf));
    else if (each.kind === "any_of") parts.push(...each.texts.slice(0, 1).map(textOf));
    else if (each.kind !== "judge" && each.kind !== "time" && each.kind !== "cost") isCertain = false;
  }
  const unique = [...new Set(parts)];
  const isWhole = all.some(({ kind }) => kind === "equals" || kind === "similar");
  if (!isCertain || unique.length === 0 || (isWhole && unique.length > 1)) return null;
  return unique.join(" ");
}

function textOf(looked: Looked): string {
  return typeof looked === "string" ? looked : looked.text;
}
