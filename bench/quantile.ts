// The time below which a share of all lies, in milliseconds to two places.

export function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return Math.round(sorted[Math.floor(sorted.length * share)] * 100) / 100
}
