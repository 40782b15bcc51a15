import { check } from "./check.ts";
import { code } from "./code.ts";
import { citations } from "./citations.ts";
import { commentary } from "./commentary.ts";
import { error } from "./error.ts";
import { files } from "./files.ts";
import { messages } from "./messages.ts";
import { judge } from "./judge.ts";
import { module } from "./module.ts";
import { reply } from "./reply.ts";
import { status } from "./status.ts";
import { cost } from "./cost.ts";
import type { Subject } from "./subject.ts";
import { time } from "./time.ts";
import { tools } from "./tools.ts";
import { usage } from "./usage.ts";
import { world } from "./world.ts";

/** Every kind of expectation, in the order in which they are judged and shown. To add one, write its file and name it here. */
export const subjects: readonly Subject[] = [
  status,
  error,
  tools,
  reply,
  commentary,
  messages,
  citations,
  code,
  files,
  world,
  time,
  usage,
  cost,
  check,
  judge,
  module,
];
