import { Type, type Static } from "../../schema/builder.ts";
import { closed } from "./common.ts";

const Entry = Type.Object(
  {
    owner: Type.String({ minLength: 1, description: "Who sees to it that the scenario passes again." }),
    reason: Type.String({ minLength: 1, description: "Why it does not count; shown in reports." }),
    evidence: Type.String({ minLength: 1, description: "Where it can be seen: the address of an issue or of a run." }),
    expires: Type.String({
      pattern: "^\\d{4}-\\d{2}-\\d{2}$",
      description: "A day, as 2026-12-31; from that day on the scenario counts again.",
    }),
  },
  closed,
);

/** `scenarios/quarantine.yaml`: scenarios that are run, and whose verdict does not count for a while. */
export const QuarantineFile = Type.Object(
  {
    scenarios: Type.Record(Type.String(), Entry, {
      description: "By the id of the scenario: all cells of its matrix, or the id of one, as in refund[locale=de].",
    }),
  },
  { ...closed, title: "Playbill quarantine" },
);
export type WrittenQuarantine = Static<typeof QuarantineFile>;
