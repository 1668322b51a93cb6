// A learnt ranker in lines for people: each weight with its standard error. Leaves learning to learn.ts.
import type { ImpressionReport, RankerReport } from '../../graph/model.ts'

export function rankerLines({ choices, logLikelihood, guess, impressions, weights }: RankerReport): string[] {
  const from =
    impressions?.used === true ? `${choices} clicks on lists, by inverse propensity` : `${choices} choices`
  return [
    `ranker, from ${from}: ln likelihood ${logLikelihood.toFixed(3)}, of a guess ${guess.toFixed(3)}`,
    ...(impressions === undefined ? [] : [impressionLine(impressions)]),
    ...Object.entries(weights).map(
      ([name, { weight, standardError }]) =>
        `  ${name.padEnd(20)} ${weight.toFixed(3).padStart(7)} ± ${standardError.toFixed(3)}`,
    ),
  ]
}

function impressionLine({ clicks, effectiveClicks, lists, heldOut, used }: ImpressionReport): string {
  const { learnt, before } = heldOut
  return (
    `  ${clicks} clicks (worth ${Math.round(effectiveClicks)}) on ${lists} lists: discounted rank on ${heldOut.lists} later ` +
    `ones ${learnt.toFixed(3)}, ${before.toFixed(3)} without them; ${used ? 'taken' : 'not taken'}`
  )
}
