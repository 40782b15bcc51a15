import { assistantKind } from "./assistant/kind.ts";
import { fileKind } from "./file/kind.ts";
import type { ResourceKind } from "./resource.ts";
import { vectorStoreKind } from "./vector-store/kind.ts";

/** Every kind of resource, those that others refer to first: they are created in this order and deleted in the reverse order. */
export const resourceKinds: readonly ResourceKind[] = [fileKind, vectorStoreKind, assistantKind];
