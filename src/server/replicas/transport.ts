import type { Json } from "../../kit/json.ts";

/** Receives messages of other processes. */
export interface Receiver {
  /** A message, and the address of its sender. Messages of one sender arrive in the order in which they were sent. */
  message(message: Json, from: string): void;
  /** Messages may have been missed; their content must be read from the store, or requested again. */
  gap(): void;
}

/**
 * Carries messages between the processes that share a store. It is an optimization only: a message can be lost, so whatever it reports is
 * in the store too, and is checked there periodically.
 */
export interface Transport {
  /** The address of this process. */
  readonly address: string;
  /** Sends to every other process, or to the one at that address only. What cannot be sent is dropped. */
  send(message: Json, to?: string): void;
  /** Passes new messages to the receiver. Returns the function that ends this. */
  receive(receiver: Receiver): () => void;
  close(): Promise<void>;
}

/** The transport of a process that does not share its store, or only with processes that poll it. */
export function createSilentTransport(address: string): Transport {
  return { address, send: () => {}, receive: () => () => {}, close: async () => {} };
}
