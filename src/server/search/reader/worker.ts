import { parentPort } from "node:worker_threads";
import type { ReadJob } from "./protocol.ts";
import { createRead } from "./read.ts";

const read = createRead();
parentPort?.on("message", (job: ReadJob) => {
  void read(job).then((result) => parentPort?.postMessage(result, []));
});
