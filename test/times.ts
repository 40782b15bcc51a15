/** How often something is tried: `count` with every run of the tests, and ten times as often with PLAYBILL_TEST_TIMES=10. */
export function times(count: number): number {
  return Math.ceil(count * Number(process.env["PLAYBILL_TEST_TIMES"] ?? 1));
}
