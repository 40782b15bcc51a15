import { Type } from "typebox";
import { closed } from "./common.ts";

const amount = (description: string, example: number) => Type.Number({ minimum: 0, description, examples: [example] });

const Price = Type.Object(
  {
    input: amount("Input tokens.", 0.2),
    cached_input: Type.Optional(
      amount("Input tokens that the target read from its cache. Default: the price of input.", 0.02),
    ),
    output: amount("Output tokens, including reasoning tokens.", 0.8),
  },
  { ...closed, description: "US dollars per million tokens." },
);

/** `prices` of `playbill.yaml`: the price of each model, by the target's name for it or by its name in the files. */
export const Prices = Type.Record(Type.String(), Price, {
  description:
    "A model -> its price in US dollars per million tokens. The cost of a model without a price is unknown, not zero.",
  examples: [{ "gpt-6-luna": { input: 0.2, output: 0.8 } }],
});
export type WrittenPrice = Type.Static<typeof Price>;
