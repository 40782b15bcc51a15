import { type Problem, ProblemError, fail, problem } from "../problem.ts";
import { bundleFault, bundleHint } from "./bundle-path.ts";
import type { Environment } from "./environment.ts";
import { toProblem } from "./finding.ts";
import { httpUrlHint, isHttpUrl } from "./http-url.ts";
import type { Path, Project } from "./project.ts";
import type { WrittenTarget } from "./schemas/project.ts";
import { substituteAll } from "./settings.ts";
import { didYouMean } from "../kit/words.ts";
import { canBeSensitive, sensitiveLeaves, varsOf } from "./vars.ts";
import { notHideable } from "./rules/assistant.ts";
import { queryConflicts } from "./rules/target-query.ts";

/** A target ready for use: its name and settings, with environment variables replaced. */
export type ResolvedTarget = WrittenTarget & { name: string };

/**
 * The target with that name, or the default one. Throws a ProblemError (`unknown_target`, `missing_environment`,
 * `bad_interpolation`, `bad_url`, `bad_api_key`, `bad_form`, `conflicting_keys`) with the place in `playbill.yaml`; reads the environment for this target only.
 */
export function resolveTarget(project: Project, name: string | undefined, environment: Environment): ResolvedTarget {
  const { name: wanted, ...target } = writtenTarget(project, name);
  const { value, findings } = substituteAll(target, environment, ["targets", wanted]);
  if (findings.length > 0) throw new ProblemError(findings.map((finding) => toProblem(project.settings, finding)));
  // Only texts changed, each to another text, so the checks at load time still hold.
  const { vars, ...rest } = value as WrittenTarget;
  const resolved = { ...rest, ...(vars !== undefined && { vars: varsOf(vars) }), name: wanted };
  checkSensitive(project, resolved);
  checkUrls(project, resolved);
  checkQuery(project, resolved);
  checkKeys(project, resolved);
  checkHeaders(project, resolved);
  checkBundle(project, resolved);
  return resolved;
}

/** Only the models and variables of the same target, which is all that a replay needs: keys and URLs are not checked. */
export function resolveWithoutConnection(
  project: Project,
  name: string | undefined,
  environment: Environment,
): ResolvedTarget {
  const { name: wanted, api, server, models, vars: written } = writtenTarget(project, name);
  const { value, findings } = substituteAll({ models, vars: written }, environment, ["targets", wanted]);
  if (findings.length > 0) throw new ProblemError(findings.map((finding) => toProblem(project.settings, finding)));
  const { vars, ...rest } = value as Pick<WrittenTarget, "models" | "vars">;
  const resolved = {
    api,
    ...(server !== undefined && { server }),
    ...(rest.models !== undefined && { models: rest.models }),
    ...(vars !== undefined && { vars: varsOf(vars) }),
    name: wanted,
  };
  checkSensitive(project, resolved);
  return resolved;
}

/** The target with that name, or the default one, as written. Throws a ProblemError (`unknown_target`). */
export function writtenTarget(project: Project, name: string | undefined): WrittenTarget & { name: string } {
  const wanted = name ?? project.defaultTarget;
  const target = project.targets.get(wanted);
  if (target !== undefined) return { ...target, name: wanted };
  const known = [...project.targets.keys()];
  return fail("unknown_target", `there is no target "${wanted}"`, {
    hint: `Targets in playbill.yaml: ${known.join(", ")}.`,
    place: project.settings.place(["targets"], "key"),
    ...didYouMean(wanted, known),
  });
}

/** The value is not shown: it comes from the environment, and may be a secret in the wrong place. */
function checkUrls({ settings }: Project, target: ResolvedTarget): void {
  for (const key of ["base_url", "upstream_base_url"] as const) {
    const url = target[key];
    if (url === undefined || isHttpUrl(url)) continue;
    const place = settings.place(["targets", target.name, key]);
    fail("bad_url", `"${key}" is not an http or https URL`, { place, hint: httpUrlHint });
  }
}

/** Checks the query: a URL from the environment may contain one. */
function checkQuery({ settings }: Project, target: ResolvedTarget): void {
  const findings = queryConflicts(target.name, target);
  if (findings.length > 0) throw new ProblemError(findings.map((finding) => toProblem(settings, finding)));
}

/** Checks sensitive values: one from the environment may be too short to redact. */
function checkSensitive({ settings, sensitive }: Project, { name, vars }: ResolvedTarget): void {
  const place = (path: Path) => settings.place(["targets", name, ...path]);
  const findings = sensitiveLeaves({ vars: { ...vars, sensitive: [...sensitive] } })
    .filter(({ value }) => !canBeSensitive(value))
    .map(({ path }) => toProblem({ place }, notHideable(path)));
  if (findings.length > 0) throw new ProblemError(findings);
}

function checkKeys(project: Project, target: ResolvedTarget): void {
  const found = keyProblems(project, target.name, target);
  if (found.length > 0) throw new ProblemError(found);
}

const keys = ["api_key", "upstream_api_key", "organization", "openai_project"] as const;

/** Headers accept only printable ASCII characters; anything else would fail at the first request, with an error that shows the key. */
function keyProblems({ settings }: Project, name: string, target: WrittenTarget): Problem[] {
  return keys.flatMap((key) => {
    const written = target[key];
    const what = typeof written === "string" ? unsendable(written) : null;
    if (what === null) return [];
    const place = settings.place(["targets", name, key]);
    return [problem("bad_api_key", `"${key}" of target ${name} contains ${what}`, { place, hint: lookBehind })];
  });
}

const lookBehind = "Check its environment variable: the value may include the line break of the file it was read from.";

/** The part of a text that is not allowed in a header, in words; `null` when there is none. */
function unsendable(text: string): string | null {
  const bad = /[^\x20-\x7e]/.exec(text)?.[0];
  if (bad === undefined) return null;
  return bad === "\n" || bad === "\r" ? "a line break" : "a character that is not allowed in a header";
}

function checkHeaders({ settings }: Project, { name, headers = {} }: ResolvedTarget): void {
  const found = Object.entries(headers).flatMap(([header, value]) => {
    const what = unsendable(value);
    if (what === null) return [];
    const place = settings.place(["targets", name, "headers", header]);
    return [
      problem("bad_api_key", `the header "${header}" of target ${name} contains ${what}`, { place, hint: lookBehind }),
    ];
  });
  if (found.length > 0) throw new ProblemError(found);
}

/** Checks the path of the bundle, which may come from the environment. */
function checkBundle({ settings }: Project, { name, bundle }: ResolvedTarget): void {
  const fault = bundle === undefined ? null : bundleFault(bundle);
  if (fault === null) return;
  fail("bad_form", fault, { hint: bundleHint, place: settings.place(["targets", name, "bundle"]) });
}

/** The problems with the keys of all targets whose environment variables are set. */
export function problemsOfKeys(project: Project, environment: Environment): Problem[] {
  return [...project.targets].flatMap(([name, target]) => {
    const written = Object.fromEntries(keys.flatMap((key) => (target[key] === undefined ? [] : [[key, target[key]]])));
    // An unset variable leaves its key empty and is reported elsewhere.
    const { value } = substituteAll(written, environment, ["targets", name]);
    return keyProblems(project, name, value as WrittenTarget);
  });
}
