import { keyDefaults } from "../../project/schemas/defaults.ts";
import type { Path } from "../../project/project.ts";
import type { WrittenSimulatedTurn } from "../../project/schemas/scenario/turn.ts";
import type { PlacedText, Simulation } from "../scenario.ts";
import type { Source, Subject } from "../subjects/subject.ts";

/** The simulated user that is written at `path`. */
export function readSimulation(
  known: readonly Subject[],
  { goal, persona, knows = {}, max_turns: maxTurns, stop = {}, model, script }: WrittenSimulatedTurn["simulate"],
  path: Path,
  source: Source,
): Simulation {
  const placed = (text: string, ...more: Path): PlacedText => ({ text, path: [...path, ...more] });
  const reply = known.find(({ name }) => name === "reply");
  return {
    path,
    persona: persona === undefined ? null : placed(persona, "persona"),
    goal: placed(goal, "goal"),
    knows,
    maxTurns,
    stop: {
      when: stop.when === undefined ? null : placed(stop.when, "stop", "when"),
      reply:
        stop.when_reply === undefined
          ? null
          : (reply?.read(stop.when_reply, [...path, "stop", "when_reply"], source) ?? null),
    },
    model: model ?? keyDefaults.models.user,
    script:
      script?.map(({ say, script: steps }, index) => ({
        say: placed(say, "script", index, "say"),
        steps: steps ?? null,
      })) ?? null,
    references: [{ kind: "model", use: "user", name: model ?? null, isScripted: script !== undefined, at: [] }],
  };
}
