import { execFileSync } from "node:child_process";
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A PostgreSQL of its own, set as a new one is: every commit is on the disk before it is answered. */
export interface BenchPostgres {
  /** Creates a database and returns its URL. */
  database(name: string): string;
  /** The processor time of all its processes so far, in milliseconds. */
  processorTime(): number;
  /** The output of `psql` for a query. */
  ask(database: string, query: string): string;
  stop(): void;
}

const port = 45_321;

/** Starts one from the programs of Debian's package, in a temporary folder; `null` where there are none. */
export function startPostgres(): BenchPostgres | null {
  const [initdb] = globSync("/usr/lib/postgresql/*/bin/initdb").toSorted().toReversed();
  if (initdb === undefined) return null;
  const programs = join(initdb, "..");
  const folder = mkdtempSync(join(tmpdir(), "playbill-bench-postgres-"));
  const isRoot = process.getuid?.() === 0;
  const idOf = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  const user = isRoot ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  if (isRoot) chownSync(folder, idOf("-u"), idOf("-g"));
  const data = join(folder, "data");
  const run = (program: string, ...given: string[]): string =>
    execFileSync(join(programs, program), given, {
      ...user,
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  run(
    "initdb",
    "--auth=trust",
    "--username=playbill",
    "--encoding=UTF8",
    "--locale=C",
    "--no-instructions",
    "-D",
    data,
  );
  const settings = `-c port=${port} -c unix_socket_directories=${folder} -c shared_buffers=256MB -c max_wal_size=4GB`;
  // What it writes would keep the pipe open.
  execFileSync(join(programs, "pg_ctl"), ["start", "-w", "-s", "-D", data, "-l", join(folder, "log"), "-o", settings], {
    ...user,
    cwd: folder,
    stdio: "ignore",
  });
  const ask = (database: string, query: string): string =>
    run("psql", "-h", folder, "-p", String(port), "-U", "playbill", "-d", database, "-At", "-c", query).trim();
  const postmaster = Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
  return {
    database(name) {
      ask("postgres", `CREATE DATABASE ${name}`);
      return `postgres://playbill@127.0.0.1:${port}/${name}`;
    },
    processorTime: () => processorTimeOf(postmaster),
    ask,
    stop() {
      run("pg_ctl", "stop", "-m", "immediate", "-s", "-D", data);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Linux counts it in hundredths of a second: of the process, of its children that ended, and of those that live. */
function processorTimeOf(postmaster: number): number {
  const children = globSync("/proc/[0-9]*/stat")
    .map(statOf)
    .filter(({ parent }) => parent === postmaster);
  const { own, ended } = statOf(`/proc/${postmaster}/stat`);
  return 10 * (own + ended + children.reduce((sum, child) => sum + child.own, 0));
}

function statOf(path: string): { parent: number; own: number; ended: number } {
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [parent = 0] = fields.slice(1);
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11);
  return { parent, own: user + system, ended: childUser + childSystem };
}
