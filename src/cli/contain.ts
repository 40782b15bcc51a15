import { inspect } from "node:util";

/**
 * Modules of a project run in this process. Keeps what they do to it out of what the command says: what they print goes to stderr,
 * they cannot end the process, and an error that nobody catches is printed and handed to `crash`, so that the command can clean up.
 */
export function containModules(crash: () => void): void {
  process.stdout.write = process.stderr.write.bind(process.stderr);
  process.exit = (code) => {
    throw new Error(`process.exit(${code ?? ""}) was called: a module may not end the run`);
  };
  process.on("uncaughtException", (error) => {
    process.stderr.write(`${inspect(error)}\n`);
    process.exitCode = 1;
    crash();
  });
}
