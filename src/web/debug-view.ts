// How an item came to stand where it stands: its sources, what its features gave, what each step of re-ranking did.
// In the words of the API, for who tunes it. Leaves what they mean to docs/ranking.md.
import type { ItemDebug } from '../domain/recommendation.ts'
import { h } from './dom.ts'

export function createDebug({ sources, features, weights, rankedScore, steps }: ItemDebug): HTMLElement {
  return h(
    'div',
    { class: 'debug', lang: 'en' },
    table(
      'sources',
      ['source', 'gave'],
      Object.entries(sources).map(([name, value]) => [name, figure(value)]),
    ),
    featureTable(features, weights, rankedScore),
    stepTable(steps),
  )
}

/** What gave most comes first; what is zero gave nothing. */
function featureTable(
  features: ItemDebug['features'],
  weights: ItemDebug['weights'],
  rankedScore: number,
): HTMLElement {
  const given = Object.entries(features).filter(([, value]) => value !== 0)
  const parts = given
    .map(([name, value]) => ({ name, value, weight: weights[name] ?? 0 }))
    .filter(({ weight }) => weight !== 0)
    .sort((a, b) => Math.abs(b.value * b.weight) - Math.abs(a.value * a.weight))
  return table(
    `features; score before re-ranking ${figure(rankedScore)}`,
    ['feature', 'value', 'weight', 'gave'],
    parts.map(({ name, value, weight }) => [name, figure(value), figure(weight), signed(value * weight)]),
  )
}

/** Positions count from 1, as on the page. Steps that left it in place share a line. */
function stepTable(steps: ItemDebug['steps']): HTMLElement {
  const hasMoved = ({ before, after, scoreChange }: ItemDebug['steps'][number]) =>
    before !== after || scoreChange !== 0
  const still = steps.filter((step) => !hasMoved(step)).map(({ step }) => step)
  const rows = steps
    .filter(hasMoved)
    .map(({ step, before, after, scoreChange }) => [
      step,
      before === after ? `stays ${after + 1}` : `${before + 1} → ${after + 1} ${after < before ? '▲' : '▼'}`,
      scoreChange === 0 ? '' : signed(scoreChange),
    ])
  const made = table('re-ranking', ['step', 'position', 'score'], rows)
  if (still.length > 0) made.append(h('p', {}, `no effect: ${still.join(', ')}`))
  return made
}

function table(caption: string, heads: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const cells = (tag: 'th' | 'td', texts: readonly string[]) =>
    h('tr', {}, ...texts.map((text) => h(tag, {}, text)))
  return h(
    'section',
    {},
    h('h4', {}, caption),
    rows.length === 0
      ? undefined
      : h(
          'table',
          {},
          h('thead', {}, cells('th', heads)),
          h('tbody', {}, ...rows.map((row) => cells('td', row))),
        ),
  )
}

/** Three decimals tell figures around 1 apart; counts need none. */
const figure = (value: number): string => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(3))

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
