import { resolve } from "node:path";
import { inShell } from "../../kit/shell.ts";
import { didYouMean } from "../../kit/words.ts";
import { fail } from "../../problem.ts";
import { defaultTenant } from "../../server/store/store.ts";
import { serveSettings } from "../serve/project.ts";
import type { World } from "../world.ts";
import { changeKeys, nameFault, newKey, readKeys } from "./key-file.ts";

interface Options {
  apiKeys?: string;
  project?: string;
  json?: true;
}

/** `playbill key new NAME`: prints a new key once and stores its hash. */
export async function make(world: World, name: string, options: Options): Promise<number> {
  const { project = defaultTenant } = options;
  for (const [what, given] of [
    ["key", name],
    ["project", project],
  ] as const) {
    const fault = nameFault(given);
    if (fault !== null) fail("bad_key_name", `a ${what} cannot be called "${given}"`, { hint: `A name has ${fault}.` });
  }
  const { file, shown } = await keyFile(world, options);
  const { key, kept } = newKey(name, project, world.now());
  await changeKeys(file, (keys) => {
    if (keys.some((each) => each.name === name))
      fail("key_exists", `a key called ${name} already exists`, {
        hint: `To replace it, create one with another name, give it to the client, then run: playbill key revoke ${name} --api-keys ${inShell(shown)}`,
      });
    return [...keys, kept];
  });
  world.stdout.write(`${key}\n`);
  world.stderr.write(
    `The key of ${name} for project ${project} is shown only this once; ${shown} has its hash. A server with --api-keys accepts it within a second.\n`,
  );
  return 0;
}

/** `playbill key list`: lists the keys without their secrets. */
export async function list(world: World, options: Options): Promise<number> {
  const { file, shown } = await keyFile(world, options);
  const keys = await readKeys(file);
  if (options.json === true) {
    const listed = keys.map(({ name, project, ending, createdAt }) => ({
      name,
      project,
      ending,
      created_at: createdAt,
    }));
    world.stdout.write(`${JSON.stringify({ format_version: 1, keys: listed }, null, 2)}\n`);
    return 0;
  }
  const rows = keys.map(({ name, project, ending, createdAt }) => [name, project, `...${ending}`, createdAt]);
  const table = [["NAME", "PROJECT", "KEY", "CREATED"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  if (keys.length === 0)
    world.stderr.write(`There are no keys in ${shown}: a server that uses it rejects all requests.\n`);
  else
    for (const row of table)
      world.stdout.write(
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
      );
  return 0;
}

/** `playbill key revoke NAME`: makes a key invalid. */
export async function revoke(world: World, name: string, options: Options): Promise<number> {
  const { file, shown } = await keyFile(world, options);
  const known = await readKeys(file);
  await changeKeys(file, (keys) => {
    if (!keys.some((each) => each.name === name))
      fail("unknown_key_name", `there is no key called "${name}" in ${shown}`, {
        hint: `To list the keys: playbill key list --api-keys ${inShell(shown)}`,
        ...didYouMean(
          name,
          known.map((each) => each.name),
        ),
      });
    return keys.filter((each) => each.name !== name);
  });
  world.stderr.write(`${name} is revoked: servers that use ${shown} refuse it within a second.\n`);
  return 0;
}

async function keyFile(world: World, options: Options): Promise<{ file: string; shown: string }> {
  if (options.apiKeys !== undefined) return { file: resolve(world.cwd, options.apiKeys), shown: options.apiKeys };
  const file = (await serveSettings(world)).apiKeys;
  if (file === undefined)
    return fail("bad_flag", "no API key file is selected", {
      hint: "Add --api-keys FILE, or set serve.api_keys in playbill.yaml.",
    });
  return { file: resolve(world.cwd, file), shown: file };
}
