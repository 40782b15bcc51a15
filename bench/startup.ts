import { byTurns, playbill, root, timeOf } from "./commands.ts";
import { median, type Measurement } from "./measurement.ts";

/** How long the smallest command takes. */
export async function startup(): Promise<Measurement[]> {
  const times = await byTurns(15, {
    playbill: () => timeOf(playbill("--version"), root),
    node: () => timeOf(["-e", "0"], root),
  });
  const node = median(times.node);
  return [
    {
      name: "playbill --version",
      value: median(times.playbill),
      unit: "ms",
      target: 2 * node,
      peer: { name: "node -e 0", value: node },
    },
  ];
}
