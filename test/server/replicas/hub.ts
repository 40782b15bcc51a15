import type { Json } from "../../../src/kit/json.ts";
import type { Receiver, Transport } from "../../../src/server/replicas/transport.ts";

/** Carries messages between transports in this process, as slowly as `deliver` makes it, and loses those that `loses` names. */
export interface Hub {
  join(address: string): Transport;
  /** Tells everybody that something may have been missed. */
  gap(): void;
}

/** A hub; each message is a copy, as if it had gone over a wire. */
export function createHub(loses: (message: Json) => boolean = () => false): Hub {
  const receivers = new Map<string, Set<Receiver>>();
  return {
    join(address) {
      const own = new Set<Receiver>();
      receivers.set(address, own);
      return {
        address,
        send(message, to) {
          if (loses(message)) return;
          const text = JSON.stringify(message);
          const targets = [...receivers].filter(([name]) => name !== address && (to === undefined || name === to));
          setImmediate(() => {
            for (const [, those] of targets)
              for (const receiver of those) receiver.message(JSON.parse(text) as Json, address);
          });
        },
        receive(receiver) {
          own.add(receiver);
          return () => void own.delete(receiver);
        },
        async close() {
          receivers.delete(address);
        },
      };
    },
    gap() {
      for (const those of receivers.values()) for (const receiver of those) receiver.gap();
    },
  };
}
