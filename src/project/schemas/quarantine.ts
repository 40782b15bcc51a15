import { Type, type Static } from "../../schema/builder.ts";
import { closed } from "./common.ts";

const Entry = Type.Object(
  {
    owner: Type.String({
      minLength: 1,
      description: "Who is responsible for making the scenario pass again.",
      examples: ["@support-team"],
    }),
    reason: Type.String({
      minLength: 1,
      description: "Why the verdict does not count; shown in reports.",
      examples: ["the order system is slow"],
    }),
    evidence: Type.String({
      minLength: 1,
      description: "The URL of an issue or a run that shows the problem.",
      examples: ["https://example.com/issues/7"],
    }),
    expires: Type.String({
      pattern: "^\\d{4}-\\d{2}-\\d{2}$",
      description: "A date such as 2026-12-31, from which the verdict counts again.",
      examples: ["2026-12-31"],
    }),
  },
  closed,
);

/** `scenarios/quarantine.yaml`: scenarios that run, but whose verdict temporarily does not count. */
export const QuarantineFile = Type.Object(
  {
    scenarios: Type.Record(Type.String(), Entry, {
      description: "By scenario id: all cells of its matrix, or the id of one cell, such as refund[locale=de].",
      examples: [
        {
          "late-order": {
            owner: "@support-team",
            reason: "the order system is slow",
            evidence: "https://example.com/issues/7",
            expires: "2026-12-31",
          },
        },
      ],
    }),
  },
  { ...closed, title: "Playbill quarantine" },
);
export type WrittenQuarantine = Static<typeof QuarantineFile>;
