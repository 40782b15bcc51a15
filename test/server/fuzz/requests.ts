import type { Described } from "../openapi/document.ts";
import { valueOf, type Known } from "./bodies.ts";
import { garbage, oddities, spoiled, textOf } from "./garbage.ts";
import type { Random } from "./random.ts";

/** A request to be sent. */
export interface FuzzRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

const methods = ["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"] as const;
const bases = ["/v1", "/v1", "/v1", "/v1", "/openai", "/openai/v1", "/v2", ""] as const;
const types = [
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "multipart/form-data; boundary=x",
  "image/png",
  "application/json; charset=latin1",
  "nonsense",
] as const;

/** A request for the operation: about half of them as they should be, the others wrong in one way or several. */
export function requestFor(operation: Described, random: Random, known: Known): FuzzRequest {
  const wrong = (probability: number): boolean => random.chance(probability);
  const [[type, schema] = ["application/json", undefined]] = Object.entries(operation.bodies);
  const form = type.startsWith("multipart");
  const value = schema && valueOf(schema, random, known);
  const given =
    value === undefined ? (wrong(0.1) ? garbage(random) : undefined) : wrong(0.35) ? spoiled(value, random) : value;
  const boundary = "fuzz";
  const method = wrong(0.05) ? random.pick(methods) : operation.method;
  const headers: Record<string, string> = {
    "openai-beta": wrong(0.02) ? "assistants=v1" : "assistants=v2",
    "content-type": wrong(0.05) ? random.pick(types) : form ? `${type}; boundary=${boundary}` : type,
  };
  const body = given === undefined ? undefined : form ? formOf(given, boundary, random) : textOf(given, random);
  const bodiless = method === "GET" || method === "HEAD";
  const path = `${wrong(0.05) ? random.pick(bases) : "/v1"}${pathOf(operation, random, known)}${queryOf(operation, random, known)}`;
  return { method, path, headers, body: bodiless ? undefined : body };
}

function pathOf({ path }: Described, random: Random, known: Known): string {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    random.chance(0.08) ? random.pick(oddities) : random.pick(known[name] ?? ["x"]),
  );
  return random.chance(0.03) ? `${filled}/${random.pick(oddities)}` : filled;
}

function queryOf({ query }: Described, random: Random, known: Known): string {
  const usual: Known = { ...known, limit: ["1", "5", "100", "0"], order: ["asc", "desc"], filter: ["completed"] };
  const names = random.chance(0.05) ? [...query, ...query, "unknown[]"] : query;
  const parts = names.flatMap((name) => {
    if (random.chance(0.6)) return [];
    const value = random.chance(0.3) ? random.pick(oddities) : random.pick(usual[name] ?? ["x"]);
    return [`${name}=${value}`];
  });
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

/** A multipart form of the value's fields; at times it is cut off. */
function formOf(value: unknown, boundary: string, random: Random): string {
  const parts = Object.entries(value ?? {})
    .slice(0, 40)
    .map(([name, field]) => {
      const filename = name === "file" ? '; filename="a.txt"' : "";
      const text = typeof field === "string" ? field : JSON.stringify(field);
      return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${filename}\r\n\r\n${text}\r\n`;
    });
  const form = `${parts.join("")}--${boundary}--\r\n`;
  return random.chance(0.1) ? form.slice(0, random.below(form.length)) : form;
}
