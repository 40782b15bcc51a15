import { isObject, type JsonObject, type JsonPath } from "../../kit/json.ts";
import { show, showPath } from "../matcher/json.ts";
import type { Operation, World } from "./operations.ts";

/** The operations that turn one world into another; none if they are equal. Elements added at the end of a list become appends. */
export function changesBetween(before: World, after: World): Operation[] {
  return ofObjects(before, after, []);
}

/** A change on one line: `orders.A-1.status = "late"`. */
export function describeChange(change: Operation): string {
  const path = showPath(change.path);
  switch (change.kind) {
    case "set":
      return `${path} = ${show(change.value)}`;
    case "append":
      return `${path} += ${show(change.value)}`;
    case "remove":
      return `${path} removed`;
  }
}

function changesAt(before: unknown, after: unknown, path: JsonPath): Operation[] {
  if (isObject(before) && isObject(after)) return ofObjects(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after, path);
  return before === after ? [] : [{ kind: "set", path, value: after }];
}

function ofObjects(before: JsonObject, after: JsonObject, path: JsonPath): Operation[] {
  const removed = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  return [
    ...removed.map((key) => ({ kind: "remove" as const, path: [...path, key] })),
    ...Object.entries(after).flatMap(([key, value]): Operation[] =>
      Object.hasOwn(before, key)
        ? changesAt(before[key], value, [...path, key])
        : [{ kind: "set", path: [...path, key], value }],
    ),
  ];
}

function ofLists(before: unknown[], after: unknown[], path: JsonPath): Operation[] {
  const inside = before
    .slice(0, after.length)
    .flatMap((each, index) => changesAt(each, after[index], [...path, index]));
  if (before.length === after.length) return inside;
  if (before.length > after.length || inside.length > 0) return [{ kind: "set", path, value: after }];
  return after.slice(before.length).map((value) => ({ kind: "append", path, value }));
}
