import { Type } from "typebox";
import { closed } from "./common.ts";

const amount = (description: string) => Type.Number({ minimum: 0, description });

const Price = Type.Object(
  {
    input: amount("Of the tokens of what is sent."),
    cached_input: Type.Optional(
      amount("Of the tokens of what is sent that the target took from its cache; default: as input."),
    ),
    output: amount("Of the tokens of what is answered, those of reasoning included."),
  },
  { ...closed, description: "US dollars per million tokens." },
);

/** `prices` of `playbill.yaml`: what a model costs, by the name that a target has for it, or by its name in the files. */
export const Prices = Type.Record(Type.String(), Price, {
  description:
    "A model -> its price in US dollars per million tokens. A model without a price has an unknown cost, not none.",
});
export type WrittenPrice = Type.Static<typeof Price>;
