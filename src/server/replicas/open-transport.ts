import { createSystemClock } from "../../kit/clock.ts";
import { randomIds } from "../services.ts";
import { isPostgresUrl } from "../store/postgres/url.ts";
import { createPostgresTransport } from "./postgres-transport.ts";
import { createSilentTransport, type Transport } from "./transport.ts";

/** The channel of all processes on a database; a database has one Playbill. */
const channel = "playbill";

/** The transport of messages between the processes on a database: its own notifications, if it has any. It connects in the background. */
export function openTransport(database: string): Transport {
  const address = randomIds("engine_");
  if (!isPostgresUrl(database)) return createSilentTransport(address);
  const connect = async () => (await import("../store/postgres/connect.ts")).connectPostgres(database);
  return createPostgresTransport({ connect, channel, address, clock: createSystemClock({ keepsAlive: false }) });
}
