import type { Ask } from "./session.ts";

/** Blobs of one tenant, one row per part, read and written through `ask`. */
export interface PostgresBlobs {
  append(id: string, part: Uint8Array): Promise<void>;
  /** The first part after the one with this number (-1 for the very first), or `null`. */
  next(id: string, after: number): Promise<{ number: number; bytes: Uint8Array } | null>;
  remove(id: string): Promise<void>;
  ids(): Promise<string[]>;
}

/** The blobs of a tenant. */
export function postgresBlobs(ask: Ask, tenant: string): PostgresBlobs {
  return {
    async append(id, part) {
      const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
      await ask(
        `INSERT INTO playbill.blobs (tenant, id, part, bytes)
         SELECT $1, $2, coalesce(max(part) + 1, 0), $3::bytea FROM playbill.blobs WHERE tenant = $1 AND id = $2`,
        [tenant, id, bytes],
      );
    },
    async next(id, after) {
      const { rows } = await ask<{ number: number; bytes: Buffer }>(
        `SELECT part AS number, bytes FROM playbill.blobs
         WHERE tenant = $1 AND id = $2 AND part > $3 ORDER BY part LIMIT 1`,
        [tenant, id, after],
      );
      return rows[0] ?? null;
    },
    async remove(id) {
      await ask("DELETE FROM playbill.blobs WHERE tenant = $1 AND id = $2", [tenant, id]);
    },
    async ids() {
      const { rows } = await ask<{ id: string }>("SELECT id FROM playbill.blobs WHERE tenant = $1 AND part = 0", [
        tenant,
      ]);
      return rows.map(({ id }) => id);
    },
  };
}
