import { Type } from "../../../schema/builder.ts";

/** The state that the tools of a scenario share. */
export const World = Type.Record(Type.String(), Type.Unknown(), {
  description: "State that expressions read as ${{ world.name }}, and that stubs and modules change.",
  examples: [{ orders: { "A-1001": { status: "late" } } }],
});
