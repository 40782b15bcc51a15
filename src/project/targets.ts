import { defaultDialect } from "../resources/dialects.ts";
import type { WrittenProject, WrittenTarget } from "./schemas/project.ts";

/** The target of a project that declares none: the embedded server, answering from the scenarios' scripts. */
export const embeddedTarget: WrittenTarget = { api: defaultDialect, server: "embedded", model: "script" };

/** The default target: the declared one, the only one, or `local`; `undefined` when it is ambiguous. */
export function defaultTargetOf({ targets, default_target: declared }: WrittenProject): string | undefined {
  const names = Object.keys(targets ?? { local: embeddedTarget });
  return declared ?? (names.length === 1 ? names[0] : names.find((name) => name === "local"));
}
