import { toMilliseconds } from "../../kit/duration.ts";
import type { WrittenStageStep } from "../../project/schemas/scenario/stage.ts";
import type { StageStep } from "../scenario.ts";

const defaultTimeout = 30_000;

/** The steps that run before a conversation, or after it. */
export function readStage(name: "setup" | "teardown", steps: readonly WrittenStageStep[] = []): StageStep[] {
  return steps.map((step, index) => ({
    path: [name, index],
    run: "module" in step ? { kind: "module", module: step.module } : { kind: "command", command: step.command },
    timeout: step.timeout === undefined ? defaultTimeout : toMilliseconds(step.timeout),
    saves: Object.entries(step.save ?? {}).map(([key, from]) => ({ name: key, from })),
  }));
}
