import type { Client, Notification } from "pg";
import type { Clock } from "../../kit/clock.ts";
import { sleep, within } from "../../kit/waiting.ts";
import { createJoiner, cut } from "./pieces.ts";
import type { Receiver, Transport } from "./transport.ts";

/** The options of a transport over `LISTEN` and `NOTIFY`. */
export interface PostgresTransportOptions {
  /** Opens a dedicated connection. */
  connect: () => Promise<Client>;
  /** The name of the channel of all processes on this store; each process also has its own channel. */
  channel: string;
  address: string;
  clock: Clock;
}

/** A payload of NOTIFY is shorter than 8,000 bytes: https://www.postgresql.org/docs/15/sql-notify.html */
const pieceSize = 7_900;
/** The number of pieces that one statement sends. */
const portion = 200;
/** The maximum number of pieces that wait to be sent; beyond it, messages are dropped, and other processes have to read the store. */
const most = 20_000;
/** The interval and the timeout of connection checks, in milliseconds. */
const probeMs = 5_000;
/** The pauses between attempts to open the connection again, in milliseconds. */
const shortest = 50;
const longest = 2_000;

interface Waiting {
  channel: string;
  text: string;
}

/**
 * Sends with `NOTIFY` and receives with `LISTEN`, on one connection that is reopened whenever it is lost; then the receivers are notified that they may
 * have missed something. It sends outside of transactions: a transaction with notifications waits at its end for every other one.
 */
export function createPostgresTransport({ connect, channel, address, clock }: PostgresTransportOptions): Transport {
  const closing = new AbortController();
  const receivers = new Set<Receiver>();
  const ownChannel = `${channel} ${address}`;
  /** The messages of a sender are counted on each channel. */
  const joiners = new Map([channel, ownChannel].map((name) => [name, createJoiner()]));
  const numbers = new Map<string, number>();
  let waiting: Waiting[] = [];
  let client: Client | null = null;
  let sending = false;

  const gap = (): void => {
    for (const receiver of receivers) receiver.gap();
  };
  const take = ({ channel: name, payload = "" }: Notification): void => {
    const joined = joiners.get(name)?.take(payload);
    if (!joined || joined.from === address) return;
    if (joined.missed) gap();
    if (joined.message !== null) for (const receiver of receivers) receiver.message(joined.message, joined.from);
  };

  const next = (current: Client): Waiting[] => (client === current ? waiting.splice(0, portion) : []);
  /** Sends what waits in portions; what arrives meanwhile is sent with the next one. */
  const sendAll = async (current: Client): Promise<void> => {
    if (sending) return;
    sending = true;
    try {
      for (let some = next(current); some.length > 0; some = next(current)) {
        const values = [some.map((each) => each.channel), some.map(({ text }) => text)];
        await current.query(
          "SELECT pg_notify(channel, text) FROM unnest($1::text[], $2::text[]) AS t (channel, text)",
          values,
        );
      }
    } catch {
      // The connection is lost, which its own event reports; the other processes miss what could not be sent.
    } finally {
      sending = false;
    }
  };

  /** Resolves when the connection is lost, or the transport closes. */
  const serve = async (current: Client): Promise<void> => {
    const { promise: lost, resolve } = Promise.withResolvers<void>();
    current.on("error", () => resolve());
    current.on("end", () => resolve());
    current.on("notification", take);
    await current.query(`SET synchronous_commit = off; LISTEN ${quoted(channel)}; LISTEN ${quoted(ownChannel)}`);
    client = current;
    for (const joiner of joiners.values()) joiner.restart();
    gap();
    void sendAll(current);
    const stopped = new AbortController();
    void lost.then(() => stopped.abort());
    const probing = probe(current, AbortSignal.any([stopped.signal, closing.signal])).then(resolve);
    await lost;
    client = null;
    waiting = [];
    await probing;
  };

  /** Resolves when the connection no longer answers, because it was silently cut, or when it is no longer needed. */
  const probe = async (current: Client, signal: AbortSignal): Promise<void> => {
    for (;;) {
      await sleep(probeMs, clock, signal);
      if (signal.aborted) return;
      try {
        await within(probeMs, clock, current.query("SELECT 1"));
      } catch {
        return;
      }
    }
  };

  const keepOpen = async (): Promise<void> => {
    for (let pause = shortest; !closing.signal.aborted; pause = Math.min(longest, pause * 2)) {
      let current: Client | null = null;
      try {
        current = await connect();
        if (!closing.signal.aborted) await serve(current);
        pause = shortest;
      } catch {
        // The database is unavailable, which its users report.
      }
      // A connection that does not answer does not close either.
      if (current) await within(1_000, clock, current.end()).catch(() => {});
      await sleep(pause, clock, closing.signal);
    }
  };
  const running = keepOpen();

  return {
    address,
    send(message, to) {
      const target = to === undefined ? channel : `${channel} ${to}`;
      const number = (numbers.get(target) ?? 0) + 1;
      numbers.set(target, number);
      if (!client || waiting.length > most) return;
      for (const text of cut(message, { from: address, number }, pieceSize)) waiting.push({ channel: target, text });
      void sendAll(client);
    },
    receive(receiver) {
      receivers.add(receiver);
      return () => void receivers.delete(receiver);
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
