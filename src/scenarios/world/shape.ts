import { isObject } from "../../kit/json.ts";
import type { AccessStep } from "../../project/access.ts";
import { hasExpressions } from "../../project/expression.ts";

/** Everything that can be at one place of a world, as far as the files define it. */
export interface Shape {
  /** True when the value comes from an expression, so that it can be anything. */
  isOpen: boolean;
  keys: ReadonlyMap<string, Shape>;
  /** The shape under keys that are known only when a scenario runs; `null` when there are none. */
  others: Shape | null;
  /** The combined shape of a list's elements; `null` if it is not a list. */
  elements: Shape | null;
}

/** A value that is set in a world or appended to a list: keys in brackets may be created by it, names may not. */
export interface Write {
  kind: "set" | "append";
  steps: readonly AccessStep[];
  value: Shape;
}

const nothing: Shape = { isOpen: false, keys: new Map(), others: null, elements: null };

/** The shape of a value in a file. */
export function shapeOf(value: unknown): Shape {
  if (typeof value === "string") return { ...nothing, isOpen: hasExpressions(value) };
  if (Array.isArray(value)) return { ...nothing, elements: value.map(shapeOf).reduce(union, nothing) };
  if (!isObject(value)) return nothing;
  return { ...nothing, keys: new Map(Object.entries(value).map(([key, each]) => [key, shapeOf(each)])) };
}

/** The shape of a world that begins as `declared`, after any of these writes in any order. */
export function shapeAfter(declared: unknown, writes: readonly Write[]): Shape {
  // A write can go into a value created by another write, and so on to the depth of the paths.
  const rounds = Math.max(0, ...writes.map(({ steps }) => steps.length));
  let shape = shapeOf(declared);
  for (let round = 0; round < rounds; round += 1) {
    for (const write of writes) shape = written(shape, write.steps, write);
  }
  return shape;
}

/** The shape one step further; `null` when nothing can be there. */
export function stepInto(shape: Shape, step: AccessStep): Shape | null {
  if (shape.isOpen) return shape;
  const { keys, others, elements } = shape;
  if (step.kind === "computed") return all([...keys.values(), others, elements]);
  const key = step.kind === "name" ? step.name : step.key;
  return typeof key === "number" ? elements : all([keys.get(key) ?? null, others]);
}

/** The first step that leads nowhere, and the shape at that point; `null` when all steps lead somewhere. */
export function strayStep(shape: Shape, steps: readonly AccessStep[]): { index: number; at: Shape } | null {
  let at = shape;
  for (const [index, step] of steps.entries()) {
    const next = stepInto(at, step);
    if (next === null) return { index, at };
    at = next;
  }
  return null;
}

/** The shape with a value added at the end of the steps. Only the last step, if it is a key, may lead to something new. */
function written(shape: Shape, [step, ...rest]: readonly AccessStep[], write: Write): Shape {
  const { kind, value } = write;
  if (step === undefined) {
    if (kind === "set") return union(shape, value);
    return shape.elements === null ? shape : { ...shape, elements: union(shape.elements, value) };
  }
  if (shape.isOpen) return shape;
  const { keys, others, elements } = shape;
  const into = (inside: Shape | null) =>
    inside === null ? (rest.length === 0 && kind === "set" ? value : null) : written(inside, rest, write);
  const inElements = elements === null ? null : into(elements);
  if (step.kind === "computed") {
    const inKeys = [...keys].map(([name, each]) => [name, written(each, rest, write)] as const);
    return { isOpen: false, keys: new Map(inKeys), others: into(others), elements: inElements };
  }
  const key = step.kind === "name" ? step.name : step.key;
  if (typeof key === "number") return { ...shape, elements: inElements };
  const inside = all([keys.get(key) ?? null, others]);
  const changed = inside === null && step.kind === "name" ? null : into(inside);
  return changed === null ? shape : { ...shape, keys: new Map([...keys, [key, changed]]) };
}

function union(one: Shape, other: Shape): Shape {
  const names = new Set([...one.keys.keys(), ...other.keys.keys()]);
  const under = (name: string) => all([one.keys.get(name) ?? null, other.keys.get(name) ?? null]) ?? nothing;
  return {
    isOpen: one.isOpen || other.isOpen,
    keys: new Map([...names].map((name) => [name, under(name)])),
    others: all([one.others, other.others]),
    elements: all([one.elements, other.elements]),
  };
}

/** The union of several shapes; `null` when there is none. */
function all(shapes: readonly (Shape | null)[]): Shape | null {
  return shapes.reduce((sum, each) => (sum === null || each === null ? (sum ?? each) : union(sum, each)), null);
}
