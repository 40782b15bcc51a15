import { Type } from "typebox";
import { closed } from "./common.ts";

const amount = (description: string) => Type.Number({ minimum: 0, description });

const Price = Type.Object(
  {
    input: amount("Input tokens."),
    cached_input: Type.Optional(
      amount("Input tokens that the target read from its cache. Default: the price of input."),
    ),
    output: amount("Output tokens, including reasoning tokens."),
  },
  { ...closed, description: "US dollars per million tokens." },
);

/** `prices` of `playbill.yaml`: the price of each model, by the target's name for it or by its name in the files. */
export const Prices = Type.Record(Type.String(), Price, {
  description:
    "A model -> its price in US dollars per million tokens. The cost of a model without a price is unknown, not zero.",
});
export type WrittenPrice = Type.Static<typeof Price>;
