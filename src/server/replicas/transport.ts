import type { Json } from "../../kit/json.ts";

/** Is told what other processes send. */
export interface Receiver {
  /** A message, and the address of who sent it. Those of one sender come in the order in which they were sent. */
  message(message: Json, from: string): void;
  /** Messages may have been missed; what they said is to be looked up in the store, or asked for again. */
  gap(): void;
}

/**
 * Carries messages between the processes that share a store. It makes them faster, never right: a message can be lost, so that whatever it tells is
 * in the store too, and is looked for there from time to time.
 */
export interface Transport {
  /** Where this process is reached. */
  readonly address: string;
  /** Sends to every other process, or to the one at that address only. What cannot be sent is dropped. */
  send(message: Json, to?: string): void;
  /** Tells the receiver what comes from now on. Gives the function that ends that. */
  receive(receiver: Receiver): () => void;
  close(): Promise<void>;
}

/** The transport of a process that shares its store with nobody, or only with those who look into it from time to time. */
export function createSilentTransport(address: string): Transport {
  return { address, send: () => {}, receive: () => () => {}, close: async () => {} };
}
