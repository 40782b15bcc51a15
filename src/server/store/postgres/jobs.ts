import type { Jobs } from "../store.ts";
import type { Ask } from "./session.ts";

/** The jobs of one tenant, read and written through `ask`. Rows are locked while they are claimed, and locked rows are skipped. */
export function postgresJobs(ask: Ask, tenant: string): Jobs {
  return {
    async add(queue, key) {
      await ask(
        `INSERT INTO playbill.jobs (tenant, queue, key) VALUES ($1, $2, $3)
         ON CONFLICT (tenant, queue, key) DO UPDATE SET holder = NULL`,
        [tenant, queue, key],
      );
    },
    async claim(queue, holder, live, limit) {
      const { rows } = await ask<{ key: string }>(
        // A subquery would be evaluated again for each row, and then lock others.
        `WITH free AS MATERIALIZED (
           SELECT key FROM playbill.jobs
           WHERE tenant = $1 AND queue = $2 AND (holder IS NULL OR holder <> ALL($4::text[]))
           ORDER BY number LIMIT $5::int FOR UPDATE SKIP LOCKED)
         UPDATE playbill.jobs AS job SET holder = $3 FROM free
         WHERE job.tenant = $1 AND job.queue = $2 AND job.key = free.key
         RETURNING job.key`,
        [tenant, queue, holder, [...live], limit],
      );
      return rows.map(({ key }) => key);
    },
    async holds(queue, key, holder) {
      const { count } = await ask(
        "SELECT 1 FROM playbill.jobs WHERE tenant = $1 AND queue = $2 AND key = $3 AND holder = $4",
        [tenant, queue, key, holder],
      );
      return count > 0;
    },
    async finish(queue, key, holder) {
      await ask("DELETE FROM playbill.jobs WHERE tenant = $1 AND queue = $2 AND key = $3 AND holder = $4", [
        tenant,
        queue,
        key,
        holder,
      ]);
    },
    async release(queue, holder) {
      await ask("UPDATE playbill.jobs SET holder = NULL WHERE tenant = $1 AND queue = $2 AND holder = $3", [
        tenant,
        queue,
        holder,
      ]);
    },
  };
}
