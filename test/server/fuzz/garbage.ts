import type { Random } from "./random.ts";

const strings = [
  "",
  " ",
  "\0",
  "'; DROP TABLE documents; --",
  "../../etc/passwd",
  "%00%ff",
  "{{}}${}",
  "\ud800",
  "日本語 🏳️‍🌈",
  "__proto__",
  "a".repeat(300_000),
  "(".repeat(500),
  '" OR NEAR(a b) *',
] as const;
const numbers = [0, -1, 1.5, 101, 2 ** 31, -(2 ** 53), 1e308, 1e-320] as const;

/** A JSON value that nobody asked for. */
export function garbage(random: Random): unknown {
  return random.pick([
    () => null,
    () => random.chance(0.5),
    () => random.pick(strings),
    () => random.pick(numbers),
    () => [],
    () => ({}),
    () => [garbage(random)],
    () => ({ [random.pick(strings)]: garbage(random) }),
    () => JSON.parse('{"__proto__":{"polluted":true},"constructor":null}') as unknown,
    () => Array.from({ length: 200 }, () => random.pick(numbers)),
  ])();
}

/** The value with something wrong somewhere in it. */
export function spoiled(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || random.chance(0.2)) return garbage(random);
  if (Array.isArray(value)) return spoiledList(value, random);
  const keys = Object.keys(value);
  if (keys.length === 0 || random.chance(0.15)) return { ...value, [random.pick(strings)]: garbage(random) };
  const key = keys[random.below(keys.length)] ?? "";
  const { [key]: inner, ...rest } = value as Record<string, unknown>;
  return random.chance(0.2) ? rest : { ...rest, [key]: spoiled(inner, random) };
}

function spoiledList(list: unknown[], random: Random): unknown[] {
  if (list.length === 0 || random.chance(0.2)) return [...list, garbage(random)];
  const at = random.below(list.length);
  return random.chance(0.3) ? [...list, ...list] : list.with(at, spoiled(list[at], random));
}

const unreadable = [
  "{",
  "nul",
  "[1,]",
  '"\\ud8',
  "\u{feff}{}",
  "{}{}",
  "NaN",
  '{"a":1e999}',
  '{"metadata":"\0"}',
] as const;

/** JSON text, most often as it should be. */
export function textOf(value: unknown, random: Random): string {
  if (random.chance(0.05)) return random.pick(unreadable);
  const text = JSON.stringify(value) ?? "";
  if (random.chance(0.05)) return text.slice(0, random.below(text.length));
  return random.chance(0.05) ? text.replace(/-?\d+/, "1e999") : text;
}

/** A part of a path or a value in a query that nobody expects. */
export const oddities = [
  "",
  "%00",
  "..%2f..%2fetc",
  "%",
  "%zz",
  "%ff%fe",
  "x".repeat(8000),
  "thread_' OR 1=1 --",
  "asst_%F0%9F%92%A9",
  "msg_",
  "run_%0d%0aSet-Cookie:%20a=b",
  "file-%2e%2e",
  "-1",
  "NaN",
  "%5B%5D",
  "vs_%22",
] as const;
