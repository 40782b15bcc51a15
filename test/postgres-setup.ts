import { existsSync, globSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { TestProject } from "vitest/node";
import { endCluster } from "./server/postgres-cluster.ts";

// Tests of the PostgreSQL store use the server that PLAYBILL_TEST_POSTGRES names (its user may create databases), or a cluster in a temporary folder,
// which the first test that needs it starts with the programs of Debian's package.

declare module "vitest" {
  interface ProvidedContext {
    postgres: PostgresForTests | null;
  }
}

/** Where tests find PostgreSQL. */
export type PostgresForTests =
  | { kind: "server"; url: string }
  /** `programs` is the folder of `initdb`, `folder` where one cluster for all test files is, or will be, and `runner` the process that runs them. */
  | { kind: "cluster"; programs: string; folder: string; runner: number };

const leftOut =
  "The PostgreSQL store was not tested, as there is no PostgreSQL. To do so: apt-get install postgresql, or PLAYBILL_TEST_POSTGRES=URL npm test";

/** Before the tests: finds PostgreSQL. After them: ends the cluster, or says in a line what was left out. */
export function setup(project: TestProject): () => Promise<void> {
  const found = findPostgres(process.env);
  project.provide("postgres", found);
  return async () => {
    if (found?.kind === "cluster") await endCluster(found);
    const modules = project.vitest.state.getTestModules();
    if (found === null && modules.some(({ moduleId }) => moduleId.includes("postgres"))) console.log(leftOut);
  };
}

function findPostgres({ PLAYBILL_TEST_POSTGRES: named, PATH = "" }: NodeJS.ProcessEnv): PostgresForTests | null {
  if (named !== undefined) return named === "" ? null : { kind: "server", url: named };
  const debians = globSync("/usr/lib/postgresql/*/bin/initdb").toSorted().toReversed();
  const programs = [...debians, ...PATH.split(delimiter).map((folder) => join(folder, "initdb"))].find((path) =>
    existsSync(path),
  );
  if (programs === undefined) return null;
  const folder = mkdtempSync(join(tmpdir(), "playbill-postgres-"));
  return { kind: "cluster", programs: dirname(programs), folder, runner: process.pid };
}
