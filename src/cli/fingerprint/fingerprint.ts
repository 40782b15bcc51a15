import { loadSound } from "../../api/load.ts";
import { partHashes } from "../../api/testing/part-hashes.ts";
import { shortHashOf } from "../../kit/hash.ts";
import { compareText } from "../../kit/json.ts";
import { printableLine } from "../../kit/terminal-text.ts";
import { suggest } from "../../kit/words.ts";
import { fail } from "../../problem.ts";
import { resolveWithoutConnection } from "../../project/resolve-target.ts";
import { type PartHashes, changedParts } from "../../scenarios/fingerprint.ts";
import type { World } from "../world.ts";
import { partMeaning } from "./part-meaning.ts";
import { type Side, sideOf } from "./sides.ts";

interface Options {
  target?: string;
  diff?: string[];
  json?: true;
}

/** The version of what `--json` prints; a change that breaks readers raises it. */
const formatVersion = 1;

/** `playbill fingerprint`: the hashes of everything that determines behaviour; with `--diff`, the differences between two sides. */
export async function fingerprint(world: World, address: string | undefined, options: Options): Promise<number> {
  const project = await loadSound(world, { files: "all" });
  const config = resolveWithoutConnection(project, options.target, world.env);
  const files: Side = { name: ".", of: partHashes(world, project, config) };
  if (options.diff !== undefined) {
    const [one = "HEAD", other = "."] = options.diff;
    if (options.diff.length > 2) fail("bad_flag", "--diff takes two sides", { hint: "For example: --diff main ." });
    const at = { files, project, target: config.name };
    const sides = [await sideOf(world, one, at), await sideOf(world, other, at)] as const;
    return showDifference(world, address, sides, options);
  }
  const found = address === undefined ? files.of : new Map([[address, partsAt(files, address)]]);
  const all = [...found].toSorted(([a], [b]) => compareText(a, b));
  if (options.json === true) {
    const fingerprints = Object.fromEntries(
      all.map(([each, parts]) => [each, { fingerprint: shortHashOf(parts), parts }]),
    );
    const written = { format_version: formatVersion, target: config.name, fingerprints };
    world.stdout.write(`${JSON.stringify(written, null, 2)}\n`);
  } else if (address === undefined) {
    for (const [each, parts] of all) world.stdout.write(`${shortHashOf(parts)}  ${printableLine(each)}\n`);
  } else world.stdout.write(explained(address, partsAt(files, address), config.name));
  return 0;
}

function explained(address: string, parts: PartHashes, target: string): string {
  const names = Object.keys(parts).toSorted(compareText);
  const width = Math.max(...names.map((name) => name.length), 0);
  const lines = names.map((name) =>
    printableLine(`  ${name.padEnd(width)}  ${parts[name]}  ${partMeaning(address, name, target)}`.trimEnd()),
  );
  return `${shortHashOf(parts)}  ${printableLine(address)}\n${lines.join("\n")}\n`;
}

function showDifference(
  world: World,
  address: string | undefined,
  [one, other]: readonly [Side, Side],
  { json }: Options,
): number {
  const addresses =
    address === undefined
      ? [...new Set([...one.of.keys(), ...other.of.keys()])].toSorted(compareText)
      : [onEitherSide(address, one, other)];
  const differing = addresses.flatMap((each) => {
    const [before, after] = [one.of.get(each), other.of.get(each)];
    // When a side is partial, things missing from it are not deleted things.
    if ((before === undefined && one.isPartial) || (after === undefined && other.isPartial)) return [];
    const parts = changedParts(before ?? {}, after ?? {});
    if (parts.length === 0 && before !== undefined && after !== undefined) return [];
    return [{ address: each, before, after, parts }];
  });
  if (json === true) {
    const changes = differing.map(({ address: each, before, after, parts }) => ({
      address: each,
      change: before === undefined ? "added" : after === undefined ? "removed" : "changed",
      parts: Object.fromEntries(parts.map((part) => [part, [before?.[part] ?? null, after?.[part] ?? null]])),
    }));
    const written = { format_version: formatVersion, one: one.name, other: other.name, changes };
    world.stdout.write(`${JSON.stringify(written, null, 2)}\n`);
    return 0;
  }
  for (const { address: each, before, after, parts } of differing) {
    const mark = before === undefined ? "+" : after === undefined ? "-" : "~";
    const named = mark === "~" ? `  ${parts.map((part) => partLine(part, before, after)).join(", ")}` : "";
    world.stdout.write(`${mark} ${printableLine(each + named)}\n`);
  }
  if (differing.length === 0)
    world.stdout.write(`${printableLine(`${one.name} and ${other.name}`)} have no differences\n`);
  return 0;
}

function partLine(part: string, before: PartHashes | undefined, after: PartHashes | undefined): string {
  if (before?.[part] === undefined) return `+${part}`;
  return after?.[part] === undefined ? `-${part}` : part;
}

function onEitherSide(address: string, one: Side, other: Side): string {
  if (one.of.has(address) || other.of.has(address)) return address;
  partsAt({ name: `${one.name} or ${other.name}`, of: new Map([...one.of, ...other.of]) }, address);
  return address;
}

function partsAt({ of }: Side, address: string): PartHashes {
  const found = of.get(address);
  if (found !== undefined) return found;
  const near = suggest(address, of.keys());
  return fail("unknown_address", `nothing has the address "${address}"`, {
    hint: near === undefined ? "To list all addresses: playbill fingerprint" : `Did you mean ${near}?`,
  });
}
