/** An amount of US dollars with its significant digits: `$12.34`, `$0.0123`, `$0.000004`. */
export function dollarsText(dollars: number): string {
  if (dollars === 0 || dollars >= 1) return `$${dollars.toFixed(2)}`;
  const decimals = Math.min(9, Math.max(2, 2 - Math.floor(Math.log10(dollars))));
  const text = dollars.toFixed(decimals);
  return `$${text.replace(/(\.\d\d\d*?)0+$/, "$1")}`;
}
