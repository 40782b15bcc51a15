import { assistantKind } from "./assistant/kind.ts";
import type { ResourceKind } from "./resource.ts";

/** Every kind of resource, those that others refer to first: they are made in this order and deleted in the opposite one. */
export const resourceKinds: readonly ResourceKind[] = [assistantKind];
