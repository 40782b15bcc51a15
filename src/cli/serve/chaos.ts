import { fail } from "../../problem.ts";
import type { Chaos } from "../../server/http/middleware/fault-injection.ts";

const parts = {
  "429": "rateLimited",
  "500": "failing",
  drop: "dropped",
  index: "notIndexed",
  latency: "latency",
  container: "expiredContainers",
  chain: "lostChains",
  retention: "zeroRetention",
  stateless: "statelessOnly",
  error: "modelErrors",
} as const;

/** Reads `429=0.1,500=0.05,drop=0.1,index=0.1,latency=200`: rates from 0 to 1, latency in milliseconds. */
export function parseChaos(text: string, random: () => number): Chaos {
  const chaos: Chaos = { rateLimited: 0, failing: 0, dropped: 0, notIndexed: 0, latency: 0, random };
  for (const piece of text.split(",")) {
    const [name = "", amount = ""] = piece.split("=");
    const value = Number(amount);
    const isKnown = Object.hasOwn(parts, name) && amount !== "" && value >= 0 && (name === "latency" || value <= 1);
    if (!isKnown) {
      fail("bad_flag", `--chaos cannot be "${text}"`, {
        hint: "For example: --chaos 429=0.1,500=0.05,drop=0.1,index=0.1,latency=200 (rates from 0 to 1, milliseconds).",
      });
    }
    chaos[parts[name as keyof typeof parts]] = value;
  }
  return chaos;
}
