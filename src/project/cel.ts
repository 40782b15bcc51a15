import { Environment } from "@marcbachmann/cel-js";

type Arithmetic = (a: number, b: number) => number;

const arithmetic: Record<string, Arithmetic> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

/**
 * The one CEL environment. A JSON number is a CEL double and a literal such as `1` an int; CEL has no arithmetic between the
 * two, so it is added here: people write `result.temperature + 1`.
 */
export const celEnvironment = createEnvironment();

function createEnvironment(): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
  });
  for (const [operator, compute] of Object.entries(arithmetic)) {
    const mixed = (a: number | bigint, b: number | bigint) => compute(Number(a), Number(b));
    environment.registerOperator(`int ${operator} double: double`, mixed);
    environment.registerOperator(`double ${operator} int: double`, mixed);
  }
  environment.registerOperator("double % double", (a: number, b: number) => a % b);
  environment.registerOperator("int == double: bool", (a: bigint, b: number) => Number(a) === b);
  return environment;
}
