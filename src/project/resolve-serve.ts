import { isAddress } from "../kit/address.ts";
import { isDuration } from "../kit/duration.ts";
import { type Problem, ProblemError, problem } from "../problem.ts";
import type { Environment } from "./environment.ts";
import { toProblem } from "./finding.ts";
import { httpUrlHint, isHttpUrl } from "./http-url.ts";
import type { Project } from "./project.ts";
import type { WrittenServe } from "./schemas/serve.ts";
import { substituteAll } from "./settings.ts";

/** `serve:` of `playbill.yaml` with the environment put in, and its port as a number. */
export type ResolvedServe = Omit<WrittenServe, "port"> & { port?: number };

/** Reads the environment for `serve:`. Throws a ProblemError (`missing_environment`, `bad_interpolation`, `bad_serve_setting`, `bad_url`, `bad_api_key`) with places in `playbill.yaml`. */
export function resolveServe({ settings }: Pick<Project, "settings">, environment: Environment): ResolvedServe {
  const { value, findings } = substituteAll(settings.value.serve ?? {}, environment, ["serve"]);
  if (findings.length > 0) throw new ProblemError(findings.map((finding) => toProblem(settings, finding)));
  const { port, ...rest } = value as WrittenServe;
  const place = (key: keyof WrittenServe) => settings.place(["serve", key]);
  const problems: Problem[] = [];
  const number = Number(port);
  if (port !== undefined && !(Number.isInteger(number) && number >= 0 && number <= 65_535))
    problems.push(problem("bad_serve_setting", '"port" is not a number from 0 to 65535', { place: place("port") }));
  if (rest.upstream_base_url !== undefined && !isHttpUrl(rest.upstream_base_url))
    problems.push(
      problem("bad_url", '"upstream_base_url" is not an http or https URL', {
        place: place("upstream_base_url"),
        hint: httpUrlHint,
      }),
    );
  for (const key of ["api_key", "upstream_api_key"] as const)
    if (/[^\x20-\x7e]/.test(rest[key] ?? ""))
      problems.push(
        problem("bad_api_key", `"${key}" of serve holds a character that no header can carry`, {
          place: place(key),
          hint: "Look at the environment variable behind it: it may have been read from a file together with the end of its line.",
        }),
      );
  if (rest.drain !== undefined && !isDuration(rest.drain))
    problems.push(
      problem("bad_serve_setting", '"drain" is not a duration', { place: place("drain"), hint: "As in: 10s." }),
    );
  if (rest.metrics !== undefined && !isAddress(rest.metrics))
    problems.push(
      problem("bad_serve_setting", '"metrics" is not an address with a port', {
        place: place("metrics"),
        hint: "As in: 127.0.0.1:9464.",
      }),
    );
  if (problems.length > 0) throw new ProblemError(problems);
  return { ...rest, ...(port !== undefined && { port: number }) };
}
