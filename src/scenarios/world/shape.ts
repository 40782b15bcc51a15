import { isObject } from "../../kit/json.ts";
import type { AccessStep } from "../../project/access.ts";
import { hasExpressions } from "../../project/template.ts";

/** What can be at one place of a world, as far as the files tell. */
export interface Shape {
  /** It comes out of an expression, so anything can be there. */
  isOpen: boolean;
  keys: ReadonlyMap<string, Shape>;
  /** What is under keys that come out when a scenario runs; `null` when there are none. */
  others: Shape | null;
  /** The elements of a list, all together; `null` for what is no list. */
  elements: Shape | null;
}

/** A value that is put somewhere in a world: `keys` may be made by it, names may not. */
export interface Write {
  steps: readonly AccessStep[];
  value: Shape;
}

const nothing: Shape = { isOpen: false, keys: new Map(), others: null, elements: null };

/** What a value of a file can be. */
export function shapeOf(value: unknown): Shape {
  if (typeof value === "string") return { ...nothing, isOpen: hasExpressions(value) };
  if (Array.isArray(value)) return { ...nothing, elements: value.map(shapeOf).reduce(union, nothing) };
  if (!isObject(value)) return nothing;
  return { ...nothing, keys: new Map(Object.entries(value).map(([key, each]) => [key, shapeOf(each)])) };
}

/** A list with such an element. */
export const listOf = (element: Shape): Shape => ({ ...nothing, elements: element });

/** What can be in a world that begins as `declared`, once any of these values was put in, in any order. */
export function shapeAfter(declared: unknown, writes: readonly Write[]): Shape {
  // A value can be put into one that another write makes, and so on as deep as paths lead.
  const rounds = Math.max(0, ...writes.map(({ steps }) => steps.length));
  let shape = shapeOf(declared);
  for (let round = 0; round < rounds; round += 1) {
    for (const { steps, value } of writes) shape = written(shape, steps, value);
  }
  return shape;
}

/** What can be one step further; `null` when nothing can. */
export function stepInto(shape: Shape, step: AccessStep): Shape | null {
  if (shape.isOpen) return shape;
  const { keys, others, elements } = shape;
  if (step.kind === "computed") return all([...keys.values(), others, elements]);
  const key = step.kind === "name" ? step.name : step.key;
  return typeof key === "number" ? elements : all([keys.get(key) ?? null, others]);
}

/** The first of the steps that leads nowhere, and what is there instead of it; `null` when they lead somewhere. */
export function strayStep(shape: Shape, steps: readonly AccessStep[]): { index: number; at: Shape } | null {
  let at = shape;
  for (const [index, step] of steps.entries()) {
    const next = stepInto(at, step);
    if (next === null) return { index, at };
    at = next;
  }
  return null;
}

/** The shape with what a value adds at the end of the steps; names that are not there are not made. */
function written(shape: Shape, [step, ...rest]: readonly AccessStep[], value: Shape): Shape {
  if (step === undefined) return union(shape, value);
  if (shape.isOpen) return shape;
  const { keys, others, elements } = shape;
  if (step.kind === "computed") {
    return {
      ...shape,
      others: elements === null ? written(others ?? nothing, rest, value) : others,
      elements: elements === null ? null : written(elements, rest, value),
    };
  }
  const key = step.kind === "name" ? step.name : step.key;
  if (typeof key === "number") return elements === null ? shape : { ...shape, elements: written(elements, rest, value) };
  const inside = keys.get(key);
  if (inside === undefined && step.kind === "name") return shape;
  return { ...shape, keys: new Map([...keys, [key, written(inside ?? nothing, rest, value)]]) };
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

/** Any of several; `null` when there is none. */
function all(shapes: readonly (Shape | null)[]): Shape | null {
  return shapes.reduce((sum, each) => (sum === null || each === null ? (sum ?? each) : union(sum, each)), null);
}
