// How much more something is said in one group of texts than in another, against chance.
// Leaves what is counted and compared to place-keywords.ts.

export interface SaidOf {
  /** How often it is said here, of `total` things said here. */
  readonly count: number
  readonly total: number
}

/**
 * Log-odds ratio with an informative Dirichlet prior, in standard deviations: Monroe, Colaresi, Quinn, "Fightin' Words",
 * Political Analysis 2008, equations 15, 18 (variance, its approximation 20) and 22 (z). Above 0 where `here` says it more
 * than `there`; near 0 for what is rare in both, however different the shares are.
 * @param prior what is expected before anything is read: `count` pseudo-mentions of `total`, both above 0; equal where all
 *   texts say nothing else: then 0
 */
export function logOddsScore(here: SaidOf, there: SaidOf, prior: SaidOf): number {
  // Where nothing else is ever said the odds are without end on both sides.
  if (prior.count >= prior.total) return 0
  const logOdds = ({ count, total }: SaidOf) => Math.log((count + prior.count) / rest(count, total))
  const rest = (count: number, total: number) => total + prior.total - count - prior.count
  const variance = 1 / (here.count + prior.count) + 1 / (there.count + prior.count)
  return (logOdds(here) - logOdds(there)) / Math.sqrt(variance)
}
