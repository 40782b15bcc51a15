import { keyDefaults } from "../../project/schemas/defaults.ts";
import { asText } from "../fill.ts";
import { cutEnd } from "../../kit/difference.ts";
import { asObject } from "../../kit/json.ts";
import { closed } from "../../project/schemas/common.ts";
import { Type, type Static } from "../../schema/builder.ts";
import { askOf, type Ask, type RedactJson } from "../asking/ask.ts";
import type { Finding } from "../verdict.ts";
import { neverFails, neverHolds } from "./fragments.ts";
import type { Evidence, Fault, Reference } from "./subject.ts";

/** The schema of an expectation that a text is similar to another. */
export const Similar = Type.Object(
  {
    to: Type.String({ description: "The text that the reply must be similar to.", examples: ["Your order is late."] }),
    min: Type.Number({
      minimum: 0,
      maximum: 1,
      description: "The minimum similarity; 1 means equal.",
      examples: [0.8],
    }),
    model: Type.Optional(
      Type.String({
        default: keyDefaults.models.embeddings,
        description: "A model under models: in playbill.yaml that computes embeddings; default: embeddings.",
        examples: ["embeddings"],
      }),
    ),
  },
  { ...closed, description: "Similarity to a text, by embeddings or by Playbill's own measure." },
);
/** The value of `similar`. */
export type ExpectedSimilar = Static<typeof Similar>;

/** Everything that the similarity of two texts may depend on. */
export interface SimilarQuestion {
  kind: "similar";
  /** `null` means the model named `embeddings`, if there is one. */
  model: string | null;
  to: string;
  text: string;
}

/** The similarity of two texts, and its measure. */
export interface Likeness {
  similarity: number;
  measure: string;
}

/** The model that is called. Without one, Playbill's own measure is used. */
export function similarReferences(similar: ExpectedSimilar | undefined): Reference[] {
  if (similar === undefined) return [];
  return [{ kind: "model", use: "embeddings", name: similar.model ?? null, isScripted: true, at: ["similar"] }];
}

/** The faults of the expectation whatever is said. */
export function similarFaults(similar: ExpectedSimilar | undefined): Fault[] {
  if (similar === undefined) return [];
  const { to, min } = similar;
  return [
    ...(min === 0
      ? [neverFails(["similar", "min"], "any two texts have a similarity of at least 0", "Write more than 0.")]
      : []),
    ...(to.trim() === "" ? [neverHolds(["similar", "to"], "no text is similar to an empty one")] : []),
  ];
}

/** The question about the similarity of two texts. */
export function similarAsk({ to, model }: ExpectedSimilar, text: string, redactJson: RedactJson): Ask {
  return askOf<SimilarQuestion>(redactJson({ kind: "similar", model: model ?? null, to: asText(to), text }));
}

const longestShown = 80;

/** Judges the similarity of a text by the answer to the question. */
export function judgeSimilar(
  similar: ExpectedSimilar,
  text: string,
  { opinions, redactJson }: Pick<Evidence, "opinions" | "redactJson">,
): Finding {
  const about = { at: ["similar"], expected: { to: similar.to, min: similar.min } };
  const opinion = opinions[similarAsk(similar, text, redactJson).key];
  const { similarity, measure } = asObject(opinion?.kind === "answer" ? opinion.value : null);
  if (typeof similarity !== "number") {
    const why = opinion?.kind === "unusable" ? opinion.why : "it was not measured";
    return {
      ...about,
      pass: false,
      undecided: true,
      actual: null,
      sentence: `the similarity of the texts is unknown: ${why}`,
    };
  }
  const pass = similarity >= similar.min;
  const alike = `a similarity of ${similarity.toFixed(2)} to "${cutEnd(asText(similar.to), longestShown)}" (${String(measure)})`;
  const sentence = pass ? `the reply has ${alike}` : `the reply has ${alike}; expected at least ${similar.min}`;
  return { ...about, pass, actual: { text, similarity }, sentence };
}
