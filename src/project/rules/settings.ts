import { isDay } from "../../kit/duration.ts";
import { substituteAll } from "../settings.ts";
import type { WrittenProject } from "../schemas/project.ts";
import { httpUrlHint, isHttpUrl } from "../http-url.ts";
import { modelEntries } from "../model-entries.ts";
import { defaultTargetOf, embeddedTarget } from "../targets.ts";
import type { Draft } from "../draft.ts";
import { withoutExtensions } from "../extensions.ts";
import type { Finding } from "../finding.ts";
import type { Path } from "../project.ts";
import { bundleFault, bundleHint, bundlePathOf } from "../bundle-path.ts";
import { dialects, keysOfOthers } from "../../resources/dialects.ts";
import { checkSchema } from "../schema-check.ts";
import { resourceKinds } from "../../resources/kinds.ts";
import { unknownReference } from "./reference.ts";
import type { Rule } from "./rule.ts";

/** A target must have a server: the embedded one, or one at a URL. */
export const targetsLeadSomewhere: Rule<WrittenProject> = ({ value }) =>
  Object.entries(value.targets ?? {}).flatMap(([name, target]): Finding[] => {
    const at = { path: ["targets", name], at: "key" as const, code: "missing_key" as const };
    const isFound = target.base_url !== undefined || dialects[target.api].baseUrl !== null;
    if (target.server === undefined && !isFound)
      return [{ ...at, message: `target "${name}" needs "base_url" or "server: embedded"` }];
    if (target.model === "openai" && target.upstream_base_url === undefined)
      return [{ ...at, message: `target "${name}" has "model: openai" and needs "upstream_base_url"` }];
    return [];
  });

/** A target must be the embedded server or one at a URL, not both. */
export const targetsAreOneThing: Rule<WrittenProject> = ({ value }) =>
  Object.entries(value.targets ?? {}).flatMap(([name, target]) => {
    const keys =
      target.server === "embedded"
        ? (["base_url", "api_key", "query", "headers"] as const)
        : (["model", "upstream_base_url"] as const);
    const [other, what] = target.server === "embedded" ? ["server", "embedded"] : ["base_url", "a server at a URL"];
    return keys
      .filter((key) => target[key] !== undefined && (target.server !== undefined || target.base_url !== undefined))
      .map((key) => ({
        path: ["targets", name, key],
        at: "key" as const,
        code: "conflicting_keys",
        message: `"${key}" cannot be combined with "${other}": this target is ${what}`,
      }));
  });

/** A target may only have keys of its dialect. */
export const targetsSpeakOneDialect: Rule<WrittenProject> = ({ value }) =>
  Object.entries(value.targets ?? {}).flatMap(([name, target]) =>
    keysOfOthers(target.api, Object.keys(target)).map(({ key, dialects: having }): Finding => ({
      path: ["targets", name, key],
      at: "key",
      code: "conflicting_keys",
      message: `"${key}" cannot be combined with "api: ${target.api}": it belongs to "api: ${having.join('" or "api: ')}"`,
    })),
  );

/** A bundle must be a JSON file in the project, and used by a single target. */
export const bundlesAreFiles: Rule<WrittenProject> = ({ value }) => {
  const targets = Object.entries(value.targets ?? {});
  const paths = targets.map(([name, target]) => [name, bundlePathOf(name, target)] as const);
  return targets.flatMap(([name, { bundle }]): Finding[] => {
    // Values from the environment are checked when the target is used.
    if (bundle === undefined || bundle.includes("$")) return [];
    const path = ["targets", name, "bundle"];
    const fault = bundleFault(bundle);
    if (fault !== null) return [{ path, code: "bad_form", message: fault, hint: bundleHint }];
    const other = paths.find(([each, written]) => each !== name && written === bundlePathOf(name, { bundle }));
    if (other === undefined) return [];
    const message = `target "${other[0]}" also writes ${bundle}`;
    return [{ path, code: "conflicting_keys", message, hint: "Use a separate file for each target." }];
  });
};

/** The default target must be one of the targets. */
export const defaultTargetExists: Rule<WrittenProject> = ({ value }) => {
  const names = Object.keys(value.targets ?? {});
  const { default_target: declared } = value;
  if (declared !== undefined && value.targets && !names.includes(declared))
    return [unknownReference("target", declared, names, ["default_target"])];
  if (defaultTargetOf(value) !== undefined) return [];
  const hint = `Add default_target: with one of ${names.join(", ")}.`;
  return [{ path: ["targets"], at: "key", code: "missing_key", message: `missing key "default_target"`, hint }];
};

/** Defaults must be valid for their kind of file. Required keys are checked in each file. */
export const defaultsFit: Rule<WrittenProject> = ({ value }, { schemas }) =>
  Object.entries(value.defaults ?? {}).flatMap(([kind, shared]) => {
    const path = ["defaults", kind];
    const schema = schemas[kind as keyof typeof schemas];
    const { required: _, ...partial } = schema;
    return checkSchema(partial, withoutExtensions(schema, shared), path);
  });

/** An unused target may lack environment variables, but must otherwise be valid. */
export const targetsAreReadable: Rule<WrittenProject> = ({ value }) =>
  substituteAll(value.targets ?? {}, {}, ["targets"]).findings.filter(({ code }) => code === "bad_interpolation");

/**
 * A renamed address must lead to one of the same kind, directly or along a chain of moves. Outdated lines may stay: some
 * target may still need them. A name that is close to a declared one is a typo.
 */
export const movesLeadSomewhere: Rule<WrittenProject> = ({ value }, draft) => {
  const declared = addressesOf(draft);
  const known = new Set(declared);
  const moved = value.moved ?? [];
  const sources = new Set(moved.map(({ from }) => from));
  return moved.flatMap(({ from, to }, index): Finding[] => {
    const path = ["moved", index];
    if (kindOf(from) !== kindOf(to))
      return [{ path: [...path, "from"], code: "bad_form", message: `"${from}" cannot become "${to}": another kind` }];
    if (known.has(to)) return known.has(from) ? [stillThere(from, path)] : [];
    if (sources.has(to)) return [];
    const nowhere = unknownReference("address", to, declared, [...path, "to"]);
    if (nowhere.label !== undefined) return [nowhere];
    const hint = "Remove the line once every target is synced.";
    return [{ ...nowhere, severity: "warning", message: `"${to}" is no longer declared`, hint }];
  });
};

function stillThere(from: string, path: Path): Finding {
  const message = `"${from}" is still declared, so it was not moved`;
  return { path: [...path, "from"], code: "still_there", message, hint: "Remove the line, or the old file." };
}

/** Shutdown dates must exist. */
export const sunsetDaysExist: Rule<WrittenProject> = ({ value }) =>
  Object.entries(value.models?.sunset ?? {}).flatMap(([model, day]): Finding[] => {
    if (day === null || isDay(day)) return [];
    return [{ path: ["models", "sunset", model], code: "bad_date", message: `${day} is not a valid date` }];
  });

/** A model that Playbill calls must have an endpoint: its own, or that of a target. */
export const modelsLeadSomewhere: Rule<WrittenProject> = ({ value }) =>
  [...modelEntries(value)].flatMap(([name, entry]): Finding[] => {
    const path = ["models", name];
    if (entry.base_url === undefined && entry.target === undefined)
      return [{ path, at: "key", code: "missing_key", message: `model "${name}" needs "base_url" or "target"` }];
    // Values from the environment are checked when the model is called.
    if (entry.base_url !== undefined && !entry.base_url.includes("$") && !isHttpUrl(entry.base_url)) {
      const message = `"base_url" of model ${name} is not an http or https URL`;
      return [{ path: [...path, "base_url"], code: "bad_url", message, hint: httpUrlHint }];
    }
    const other = (["base_url", "api_key"] as const).find((key) => entry[key] !== undefined);
    if (entry.target === undefined) return [];
    if (other !== undefined) {
      const message = `"${other}" cannot be combined with "target": the target's URL and key are used`;
      return [{ path: [...path, other], at: "key", code: "conflicting_keys", message }];
    }
    const targets = value.targets ?? { local: embeddedTarget };
    const target = targets[entry.target];
    const at = [...path, "target"];
    if (target === undefined) return [unknownReference("target", entry.target, Object.keys(targets), at)];
    if (target.server !== "embedded" || target.model === "openai") return [];
    const message = `target "${entry.target}" answers from scripts: it has no model to call`;
    const hint =
      "Use a target at a URL, or one with model: openai. With scripts, the answers of judges and users are written in the scenario, under script:.";
    return [{ path: at, code: "conflicting_keys", message, hint }];
  });

/** An unused model may lack environment variables, but must otherwise be valid. */
export const modelsAreReadable: Rule<WrittenProject> = ({ value }) =>
  substituteAll(Object.fromEntries(modelEntries(value)), {}, ["models"]).findings.filter(
    ({ code }) => code === "bad_interpolation",
  );

/** Addresses under `removed` must be of a synced kind and no longer declared. */
export const removedAreGone: Rule<WrittenProject> = ({ value }, draft) => {
  const declared = new Set(addressesOf(draft));
  const kinds = resourceKinds.map(({ name }) => name);
  return (value.removed ?? []).flatMap((address, index): Finding[] => {
    const path = ["removed", index];
    if (declared.has(address)) {
      const message = `"${address}" is still declared, so it was not removed`;
      return [{ path, code: "still_there", message, hint: "Remove the line, or the file." }];
    }
    const [kind = "", ...name] = address.split(".");
    if (kinds.includes(kind) && name.join(".") !== "") return [];
    const hint = `An address begins with its kind: ${kinds.join(", ")}.`;
    return [{ path, code: "bad_form", message: `"${address}" is not an address`, hint }];
  });
};

const kindOf = (address: string): string | undefined => address.split(".", 1)[0];

const addressesOf = ({ names }: Draft): string[] => [
  ...names.assistants.map((name) => `assistant.${name}`),
  ...names.tools.map((name) => `tool.${name}`),
  ...names.vectorStores.map((name) => `vector_store.${name}`),
];
