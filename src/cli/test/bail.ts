/**
 * A command line in which `--bail` has its number after an equals sign, 1 by default, so that a following path is not taken as its value.
 */
export function joinBail(argv: readonly string[]): string[] {
  const [flag, next, ...rest] = argv;
  if (flag === undefined || flag === "--") return [...argv];
  if (flag !== "--bail") return [flag, ...joinBail(argv.slice(1))];
  return next !== undefined && /^\d+$/.test(next)
    ? [`--bail=${next}`, ...joinBail(rest)]
    : ["--bail=1", ...joinBail(argv.slice(1))];
}
