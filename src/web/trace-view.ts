// How a place came to its position: its sources, features and what each step of re-ranking did, as small tables.
// Leaves asking for it to question.ts (`debug=1` in the address).
import type { Trace } from '../domain/recommendation.ts'
import { h } from './dom.ts'
import { t } from './texts.ts'

export function createTrace({ sources, features, rankScore, rankPosition, steps }: Trace): HTMLElement {
  return h(
    'div',
    { class: 'trace' },
    table(t('traceSources'), Object.entries(sources).map(numbered)),
    table(
      t('traceFeatures', { score: short(rankScore) }),
      Object.entries(features)
        .filter(([, value]) => value !== 0)
        .map(numbered),
    ),
    table(
      t('traceSteps', { position: rankPosition + 1 }),
      steps.map(({ step, before, after, scoreChange }) => [
        step,
        before === after ? String(after + 1) : `${before + 1} → ${after + 1}`,
        scoreChange === 0 ? '' : short(scoreChange),
      ]),
    ),
  )
}

const numbered = ([name, value]: readonly [string, number]) => [name, short(value)]

const short = (value: number) => String(+value.toPrecision(3))

function table(caption: string, rows: readonly (readonly string[])[]): HTMLElement {
  return h(
    'table',
    {},
    h('caption', {}, caption),
    ...rows.map(([name, ...values]) =>
      h('tr', {}, h('th', { scope: 'row' }, name), ...values.map((value) => h('td', {}, value))),
    ),
  )
}
