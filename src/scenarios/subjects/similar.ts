import { asText } from "../fill.ts";
import { cutEnd } from "../../kit/difference.ts";
import { asObject } from "../../kit/json.ts";
import { closed } from "../../project/schemas/common.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { askOf, type Ask, type RedactJson } from "../asking/ask.ts";
import type { Finding } from "../verdict.ts";
import { neverFails, neverHolds } from "./fragments.ts";
import type { Evidence, Fault, Reference } from "./subject.ts";

/** How a text is expected that is like another one. */
export const Similar = Type.Object(
  {
    to: Type.String({ description: "A text that it must be like." }),
    min: Type.Number({ minimum: 0, maximum: 1, description: "How alike they must be: 1 is the same." }),
    model: Type.Optional(
      Type.String({
        description: "A model under models: in playbill.yaml that gives embeddings; default: embeddings.",
      }),
    ),
  },
  { ...closed, description: "What it must be like, by embeddings or by a measure of Playbill's own." },
);
/** What is written under `similar`. */
export type ExpectedSimilar = Static<typeof Similar>;

/** Everything that the likeness of two texts may depend on. */
export interface SimilarQuestion {
  kind: "similar";
  /** `null`: the one called `embeddings`, if there is one. */
  model: string | null;
  to: string;
  text: string;
}

/** How alike two texts are, and by which measure. */
export interface Likeness {
  similarity: number;
  measure: string;
}

/** The model that is asked. Without one, Playbill's own measure is good enough. */
export function similarReferences(similar: ExpectedSimilar | undefined): Reference[] {
  if (similar === undefined) return [];
  return [{ kind: "model", use: "embeddings", name: similar.model ?? null, isScripted: true, at: ["similar"] }];
}

/** What is wrong with it whatever is said. */
export function similarFaults(similar: ExpectedSimilar | undefined): Fault[] {
  if (similar === undefined) return [];
  const { to, min } = similar;
  return [
    ...(min === 0
      ? [neverFails(["similar", "min"], "every text is like every other one at least that much", "Write more than 0.")]
      : []),
    ...(to.trim() === "" ? [neverHolds(["similar", "to"], "no text is like none")] : []),
  ];
}

/** The question how alike the texts are. */
export function similarAsk({ to, model }: ExpectedSimilar, text: string, redactJson: RedactJson): Ask {
  return askOf<SimilarQuestion>(redactJson({ kind: "similar", model: model ?? null, to: asText(to), text }));
}

const longestShown = 80;

/** Judges how alike a text is, by what was answered. */
export function judgeSimilar(
  similar: ExpectedSimilar,
  text: string,
  { opinions, redactJson }: Pick<Evidence, "opinions" | "redactJson">,
): Finding {
  const about = { at: ["similar"], expected: { to: similar.to, min: similar.min } };
  const opinion = opinions[similarAsk(similar, text, redactJson).key];
  const { similarity, measure } = asObject(opinion?.kind === "answer" ? opinion.value : null);
  if (typeof similarity !== "number") {
    const why = opinion?.kind === "unusable" ? opinion.why : "nobody measured it";
    return {
      ...about,
      pass: false,
      undecided: true,
      actual: null,
      sentence: `how alike the texts are is unknown: ${why}`,
    };
  }
  const pass = similarity >= similar.min;
  const alike = `${similarity.toFixed(2)} like "${cutEnd(asText(similar.to), longestShown)}" (${String(measure)})`;
  const sentence = pass ? `the reply is ${alike}` : `the reply is ${alike}; expected at least ${similar.min}`;
  return { ...about, pass, actual: { text, similarity }, sentence };
}
