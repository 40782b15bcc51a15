/**
 * pass@k: the probability that at least one of `k` runs passes, estimated from `counted` runs of which `passed` did: 1 - C(n-c, k) / C(n, k), which
 * is unbiased (M. Chen et al., Evaluating Large Language Models Trained on Code, arXiv:2107.03374, 2021). Needs 1 <= k <= counted.
 */
export function passAtK(counted: number, passed: number, k: number): number {
  return 1 - chosen(counted - passed, counted, k);
}

/**
 * pass^k: the probability that all of `k` runs pass: C(c, k) / C(n, k), which is unbiased (S. Yao et al., tau-bench, arXiv:2406.12045, 2024).
 * Needs 1 <= k <= counted.
 */
export function passHatK(counted: number, passed: number, k: number): number {
  return chosen(passed, counted, k);
}

/** C(part, k) / C(whole, k), as a product of factors that are at most 1, so that large numbers do not overflow. */
function chosen(part: number, whole: number, k: number): number {
  let product = 1;
  for (let i = 0; i < k; i++) product *= Math.max(0, part - i) / (whole - i);
  return product;
}
