import { asObject, isObject, parseJson } from "../../kit/json.ts";

/** The oldest Node that runs Playbill, as `engines` of a package.json. */
const engines = { node: ">=22.18" };

/** `package.json` of a new project, with exactly this version of Playbill. */
export function manifestText(name: string, version: string): string {
  const manifest = {
    name,
    private: true,
    type: "module",
    scripts: { test: "playbill test", plan: "playbill plan", sync: "playbill sync" },
    devDependencies: { playbill: version },
    engines,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The result for an existing package.json: the text with Playbill added, nothing to do, or a line for the user to add. */
export type ManifestChange =
  | { kind: "changed"; text: string }
  | { kind: "unchanged" }
  | { kind: "by-hand"; line: string };

/**
 * Adds Playbill to the `devDependencies` of an existing package.json, in its own indentation. A file without Playbill that could not be
 * rewritten without other changes is left to the user.
 */
export function withPlaybill(text: string, version: string): ManifestChange {
  const line = `"playbill": ${JSON.stringify(version)}`;
  const manifest = parseJson(text);
  if (!isObject(manifest)) return { kind: "by-hand", line };
  const named = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
  if (named.some((key) => Object.hasOwn(asObject(manifest[key]), "playbill"))) return { kind: "unchanged" };
  const written = (value: object) => writtenLike(text, value);
  if (written(manifest) !== text) return { kind: "by-hand", line };
  const entries = Object.entries(asObject(manifest["devDependencies"]));
  // npm sorts them.
  const next = entries.findIndex(([name]) => name > "playbill");
  entries.splice(next === -1 ? entries.length : next, 0, ["playbill", version]);
  return { kind: "changed", text: written({ ...manifest, devDependencies: Object.fromEntries(entries) }) };
}

/** JSON in the indentation, with the line ends and the last line of another text. */
function writtenLike(text: string, value: object): string {
  const [, indent = ""] = /^\{\r?\n([ \t]*)"/.exec(text) ?? [];
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const [after = ""] = /\s*$/.exec(text) ?? [];
  return JSON.stringify(value, null, indent).replaceAll("\n", end) + after;
}
