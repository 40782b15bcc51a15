import { createSystemClock } from "../kit/clock.ts";
import { isMissingProgram, runToEnd } from "../kit/program.ts";
import { inShell } from "../kit/shell.ts";
import { fail } from "../problem.ts";
import type { Project } from "../project/project.ts";
import type { WrittenKey } from "../project/schemas/project.ts";
import type { Connection } from "../targets/http/connection.ts";
import { type IssuedKey, createKeySource, readIssuedKey } from "../targets/http/key-source.ts";
import type { Context } from "./context.ts";

/** Milliseconds for a command to print a key. */
const patience = 60_000;
/** The number of output lines shown. */
const mostLines = 5;

/** The key of a connection: the key itself, or the command that prints it, which runs on the first request. `of` names the owner of the key. */
export function keyOf(
  context: Context,
  project: Project,
  key: WrittenKey | null,
  of: string,
): Pick<Connection, "apiKey" | "keys"> {
  if (key === null || typeof key === "string") return { apiKey: key };
  const { command } = key;
  const clock = createSystemClock({ keepsAlive: true });
  return { apiKey: null, keys: createKeySource(() => issue(context, project, command, of), clock) };
}

async function issue(context: Context, project: Project, command: readonly string[], of: string): Promise<IssuedKey> {
  const [program = ""] = command;
  const words = command.map((word) => inShell(context.secrets.redact(word)));
  const again = `Run it yourself, in the project's folder: ${words.join(" ")}`;
  const refuse = (why: string, said = ""): never =>
    fail("key_command_failed", context.secrets.redact(`the command for the api_key of ${of} returned no key: ${why}`), {
      hint: [said, again].filter((each) => each !== "").join("\n"),
    });
  const late = AbortSignal.timeout(patience);
  const signal = AbortSignal.any([context.signal, late]);
  const run = { command, cwd: project.root, env: context.env, input: "" };
  const { code, stdout, stderr, excess } = await runToEnd(run, signal).catch((error: unknown) => {
    if (context.signal.aborted) throw error;
    if (late.aborted) return refuse(`${program} took longer than ${patience / 1000} s`);
    if (isMissingProgram(error)) return refuse(`the program ${program} was not found`);
    return refuse(`${program} cannot be started: ${error instanceof Error ? error.message : String(error)}`);
  });
  const said = context.secrets.redact(stderr.trim().split("\n").slice(-mostLines).join("\n"));
  if (excess !== null) return refuse(`${program} printed too much`);
  if (code !== 0) return refuse(`${program} exited with ${code ?? "a signal"}`, said);
  const issued = readIssuedKey(stdout, Date.now());
  if (issued === null)
    return refuse(`${program} printed neither a key nor JSON with accessToken, access_token or token`, said);
  if (/[^\x21-\x7e]/.test(issued.key))
    return refuse(`${program} printed a key with characters that are not allowed in a header`);
  context.secrets.add(issued.key);
  return issued;
}
