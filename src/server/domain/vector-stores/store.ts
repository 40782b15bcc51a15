import { notFound, refuse } from "../../http/errors.ts";
import { seconds, type Services } from "../../services.ts";
import { type VectorStore } from "../../wire/vector-store.ts";
import { vectorStores } from "../kinds.ts";

type Needed = Pick<Services, "store" | "clock">;

const secondsPerDay = 24 * 3600;

/** Throws a 404 if it does not exist. */
export async function findVectorStore({ store }: Pick<Services, "store">, id: string): Promise<VectorStore> {
  return (await store.get(vectorStores, id)) ?? notFound("vector store", id);
}

/** Returns a vector store that can be used; throws for an expired one. */
export async function usableVectorStore(services: Needed, id: string): Promise<VectorStore> {
  const found = await findVectorStore(services, id);
  if (hasExpired(found, seconds(services.clock))) refuse(`Vector store '${id}' has expired.`);
  return found;
}

/** Records that a vector store is in use, which postpones its expiry. Must be called in a transaction. */
export async function touch(services: Needed, id: string): Promise<void> {
  const found = await findVectorStore(services, id);
  await services.store.replace(vectorStores, { ...found, last_active_at: seconds(services.clock) });
}

/** A vector store as the API returns it at this time. */
export function vectorStoreToWire(found: VectorStore, now: number) {
  const { file_counts: counts } = found;
  const status = counts.in_progress > 0 ? ("in_progress" as const) : ("completed" as const);
  return { ...found, status: hasExpired(found, now) ? ("expired" as const) : status, expires_at: expiryOf(found) };
}

function hasExpired(found: VectorStore, now: number): boolean {
  const expiry = expiryOf(found);
  return expiry !== null && expiry <= now;
}

function expiryOf({ expires_after: expiresAfter, last_active_at: lastActiveAt }: VectorStore): number | null {
  return expiresAfter && lastActiveAt + expiresAfter.days * secondsPerDay;
}
