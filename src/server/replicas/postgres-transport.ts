import type { Client, Notification } from "pg";
import type { Clock } from "../../kit/clock.ts";
import { sleep, within } from "../../kit/waiting.ts";
import { createJoiner, cut } from "./pieces.ts";
import type { Receiver, Transport } from "./transport.ts";

/** What a transport over `LISTEN` and `NOTIFY` is made from. */
export interface PostgresTransportOptions {
  /** Opens a connection that nobody else uses. */
  connect: () => Promise<Client>;
  /** The name of the channel of all processes on this store; each has another one of its own. */
  channel: string;
  address: string;
  clock: Clock;
}

/** A payload of NOTIFY is shorter than 8,000 bytes: https://www.postgresql.org/docs/15/sql-notify.html */
const pieceSize = 7_900;
/** Pieces that are sent by one statement. */
const portion = 200;
/** Pieces that wait to be sent; beyond these the others are slower than what there is to tell, and have to look into the store. */
const most = 20_000;
/** How often a connection is asked whether it still lives, and how long it may take to answer, in milliseconds. */
const probeMs = 5_000;
/** The pauses between attempts to open the connection again, in milliseconds. */
const shortest = 50;
const longest = 2_000;

interface Waiting {
  channel: string;
  text: string;
}

/**
 * Sends by `NOTIFY` and receives by `LISTEN`, on one connection that is opened again whenever it is lost; the receivers are told then that they may
 * have missed something. It sends outside of all transactions: a transaction that notifies waits at its end for every other one that does.
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
  /** Sends what waits, a portion after the other; what comes meanwhile goes along with the next. */
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
      // The connection is lost, which its own event tells; what could not be sent is missed by the others.
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

  /** Resolves when the connection does not answer any more, as one that was cut off without a word, or when it is not needed. */
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
        // The database is away; everybody who needs it says so.
      }
      // A connection that does not answer does not end either.
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
