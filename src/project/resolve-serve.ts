import { ProblemError } from "../problem.ts";
import type { Environment } from "./environment.ts";
import { toProblem } from "./finding.ts";
import type { Project } from "./project.ts";
import type { WrittenServe } from "./schemas/serve.ts";
import { serveFindings } from "./serve-findings.ts";
import { substituteAll } from "./settings.ts";

/** `serve:` of `playbill.yaml` with environment variables replaced, and its port as a number. */
export type ResolvedServe = Omit<WrittenServe, "port"> & { port?: number };

/** Reads the environment for `serve:`. Throws a ProblemError (`missing_environment`, `bad_interpolation`, `bad_serve_setting`, `bad_url`, `bad_api_key`) with places in `playbill.yaml`. */
export function resolveServe({ settings }: Pick<Project, "settings">, environment: Environment): ResolvedServe {
  const { value, findings: unread } = substituteAll(settings.value.serve ?? {}, environment, ["serve"]);
  const serve = value as WrittenServe;
  const findings = unread.length > 0 ? unread : serveFindings(serve);
  if (findings.length > 0) throw new ProblemError(findings.map((finding) => toProblem(settings, finding)));
  const { port, ...rest } = serve;
  return { ...rest, ...(port !== undefined && { port: Number(port) }) };
}
