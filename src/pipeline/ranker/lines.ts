// A learnt ranker in lines for people: each weight with its standard error. Leaves learning to learn.ts.
import type { RankerReport } from '../../graph/model.ts'

export function rankerLines({ choices, logLikelihood, guess, weights }: RankerReport): string[] {
  return [
    `ranker, from ${choices} choices: ln likelihood ${logLikelihood.toFixed(3)}, of a guess ${guess.toFixed(3)}`,
    ...Object.entries(weights).map(
      ([name, { weight, standardError }]) =>
        `  ${name.padEnd(20)} ${weight.toFixed(3).padStart(7)} ± ${standardError.toFixed(3)}`,
    ),
  ]
}
