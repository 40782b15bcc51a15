import { byTurns, peer, playbill, timeOf } from "./commands.ts";
import { median, type Measurement } from "./measurement.ts";
import { writeProject } from "./project.ts";

/** How long checking a large project takes. */
export async function validate(): Promise<Measurement[]> {
  const { path, remove } = await writeProject({ scenarios: 1_000, turns: 1, delay: 0 });
  const times = await byTurns(5, {
    playbill: () => timeOf(playbill("validate"), path),
    yaml: () => timeOf(peer("peers/parse-yaml.ts"), path),
  });
  await remove();
  return [
    {
      name: "validate 1,000 scenarios",
      value: median(times.playbill),
      unit: "ms",
      target: 1_500,
      peer: { name: "the yaml package parsing the same files", value: median(times.yaml) },
    },
  ];
}
