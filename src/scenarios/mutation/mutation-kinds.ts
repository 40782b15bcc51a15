/** The kinds of mutations, in the order in which mutants are made and run. */
export const mutationKinds = ["paragraph", "rule", "argument", "tool", "file", "model", "stub"] as const;
export type MutationKind = (typeof mutationKinds)[number];
