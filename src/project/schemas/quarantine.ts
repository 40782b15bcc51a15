import { Type, type Static } from "../../schema/builder.ts";
import { closed } from "./common.ts";

const Entry = Type.Object(
  {
    owner: Type.String({ minLength: 1, description: "Who is responsible for making the scenario pass again." }),
    reason: Type.String({ minLength: 1, description: "Why the verdict does not count; shown in reports." }),
    evidence: Type.String({ minLength: 1, description: "The URL of an issue or a run that shows the problem." }),
    expires: Type.String({
      pattern: "^\\d{4}-\\d{2}-\\d{2}$",
      description: "A date such as 2026-12-31, from which the verdict counts again.",
    }),
  },
  closed,
);

/** `scenarios/quarantine.yaml`: scenarios that run, but whose verdict temporarily does not count. */
export const QuarantineFile = Type.Object(
  {
    scenarios: Type.Record(Type.String(), Entry, {
      description: "By scenario id: all cells of its matrix, or the id of one cell, such as refund[locale=de].",
    }),
  },
  { ...closed, title: "Playbill quarantine" },
);
export type WrittenQuarantine = Static<typeof QuarantineFile>;
