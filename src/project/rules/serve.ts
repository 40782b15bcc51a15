import { isObject } from "../../kit/json.ts";
import type { WrittenProject } from "../schemas/project.ts";
import { serveFindings } from "../serve-findings.ts";
import { substituteAll } from "../settings.ts";
import type { Rule } from "./rule.ts";

/** An unused `serve:` may lack environment variables, but must otherwise be valid. */
export const serveIsPossible: Rule<WrittenProject> = ({ value: { serve = {} } }) => [
  ...substituteAll(serve, {}, ["serve"]).findings.filter(({ code }) => code === "bad_interpolation"),
  ...serveFindings(withoutEnvironment(serve)),
];

/** The entries without environment variables; the others are checked when the server starts. */
function withoutEnvironment<T extends object>(entries: T): T {
  const written = Object.entries(entries).filter(([, each]) => !(typeof each === "string" && each.includes("$")));
  return Object.fromEntries(written.map(([key, each]) => [key, isObject(each) ? withoutEnvironment(each) : each])) as T;
}
