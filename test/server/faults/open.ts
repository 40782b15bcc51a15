import { ProblemError } from "../../../src/problem.ts";
import { openDatabase } from "../../../src/server/store/sqlite/database.ts";

process.removeAllListeners("warning");
try {
  (await openDatabase(process.argv[2] ?? "")).close();
  console.log("[]");
} catch (error) {
  if (!(error instanceof ProblemError)) throw error;
  console.log(JSON.stringify(error.problems));
}
