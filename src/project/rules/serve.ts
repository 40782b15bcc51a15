import { isObject } from "../../kit/json.ts";
import type { WrittenProject } from "../schemas/project.ts";
import { serveFindings } from "../serve-findings.ts";
import { substituteAll } from "../settings.ts";
import type { Rule } from "./rule.ts";

/** A `serve:` that is not used may lack variables, but it must be readable, and what it says without them must be possible. */
export const serveIsPossible: Rule<WrittenProject> = ({ value: { serve = {} } }) => [
  ...substituteAll(serve, {}, ["serve"]).findings.filter(({ code }) => code === "bad_interpolation"),
  ...serveFindings(withoutEnvironment(serve)),
];

/** The entries that do not read the environment; those that do are known when the server is started. */
function withoutEnvironment<T extends object>(entries: T): T {
  const written = Object.entries(entries).filter(([, each]) => !(typeof each === "string" && each.includes("$")));
  return Object.fromEntries(written.map(([key, each]) => [key, isObject(each) ? withoutEnvironment(each) : each])) as T;
}
