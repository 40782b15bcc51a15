import { hashOf } from "../../kit/hash.ts";
import { keysFingerprint, type Keys } from "../http/keys.ts";
import { defaultLimits, type Limits } from "../services.ts";
import type { Agreement } from "./replica.ts";

/** The current settings that all replicas of a server must share, so that clients find the same server behind each of them. */
export async function agreementOf({ keys, limits }: { keys?: Keys; limits?: Partial<Limits> }): Promise<Agreement> {
  const accepted = keys === undefined ? "none" : keysFingerprint(await keys());
  return { "API keys": accepted, limits: hashOf({ ...defaultLimits, ...limits }) };
}
