// The training report: one HTML file that needs nothing else, with curves, slices, neighbours and a map of the places.
// Leaves training to graph/train.ts, drawings to charts.ts.
import { degreeSlices, rankingMetrics } from '../../graph/metrics.ts'
import { embeddingScorer, rankUsers } from '../../graph/ranking.ts'
import type { Trained } from '../../graph/train.ts'
import { dot } from '../../math/vector.ts'
import { escapeHtml, lineChart, scatterChart } from './charts.ts'
import { principalPlane } from './projection.ts'

/** What a place is called in the report, in step with the model's places. */
export interface PlaceLabel {
  readonly name: string
  /** Name of its top category. */
  readonly category: string
}

const K = 20
const SAMPLES = 12
const NEIGHBOURS = 5
/** Points of the map: more of them hide each other. */
const MAP_POINTS = 3000
/** Distinguishable also with red-green blindness (Okabe and Ito, 2008), the last for all other categories. */
const COLORS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#d55e00',
  '#56b4e9',
  '#b8a800',
  '#7f5fc0',
  '#999999',
]

/** @param version of the snapshot; @param labels in step with `trained.placeIds` */
export function trainReport(trained: Trained, version: string, labels: readonly PlaceLabel[]): string {
  const { report } = trained
  const title = `Model ${version}`
  const facts = [
    ['Places', trained.placeIds.length],
    ['Users', trained.userIds.length],
    ['Dimensions', trained.dim],
    ['Seed', trained.seed],
    ['Epochs', `${report.epochs}${report.cutShort ? ' (cut short by the budget)' : ''}`],
    ['Epoch taken', report.chosen],
    ...(report.drift
      ? [
          [
            'Moved from the model before (1 − cosine)',
            `${report.drift.mean.toFixed(4)} on average, ${report.drift.p95.toFixed(4)} at p95`,
          ],
        ]
      : []),
  ] as const
  const curve = (name: string, points: readonly (readonly [number, number])[]) =>
    `<figure><figcaption>${name}</figcaption>${lineChart({ name, points }, report.chosen)}</figure>`
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
body { max-width: 75rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0 } td, th { padding: .2rem .8rem .2rem 0; text-align: left }
td.n { text-align: right; font-variant-numeric: tabular-nums }
figure { display: inline-block; width: min(100%, 35rem); margin: 0 1rem 1rem 0; vertical-align: top }
svg { width: 100%; height: auto } svg text { font-size: 11px; fill: currentColor }
.line { fill: none; stroke: #0072b2; stroke-width: 2 } .mark { fill: #d55e00 } .grid { stroke: currentColor; opacity: .15 }
.legend span { margin-right: 1rem; white-space: nowrap } .legend i { display: inline-block; width: .8em; height: .8em; border-radius: 50%; margin-right: .3em }
</style>
<h1>${escapeHtml(title)}</h1>
<table>${facts.map(([name, value]) => `<tr><th>${name}<td>${escapeHtml(String(value))}`).join('')}</table>
<h2>Training</h2>
${curve(
  'Loss by epoch',
  report.curve.map(({ epoch, loss }) => [epoch, loss] as const),
)}
${curve(
  'NDCG@20 on the validation slice',
  report.curve.flatMap(({ epoch, ndcg }) => (ndcg === undefined ? [] : [[epoch, ndcg] as const])),
)}
<h2>Quality on the validation slice</h2>
${sliceTable(trained)}
<h2>Nearest neighbours</h2>
${neighbourTable(trained, labels)}
<h2>Map of the places</h2>
${placeMap(trained, labels)}
</html>
`
}

function sliceTable({ slice, dim, placeIds }: Trained): string {
  const { held, vectors } = slice
  if (held.users.length === 0) return '<p>Too few users to hold some of their places out.</p>'
  const lists = rankUsers(embeddingScorer(vectors, dim), held.train, held.users, K)
  const degrees = held.users.map((user) => held.train.starts[user + 1] - held.train.starts[user])
  const all = rankingMetrics(lists, held.relevant, K, placeIds.length)
  const slices = degreeSlices(lists, held.relevant, degrees, K, placeIds.length)
  const rows = [
    ...slices.map(({ from, to, ...metrics }) => ({
      name: to === undefined ? `${from} and more` : `${from} to ${to}`,
      ...metrics,
    })),
    { name: 'all', ...all },
  ]
  const cells = rows.map(
    ({ name, users, recall, ndcg, coverage }) =>
      `<tr><td>${name}<td class="n">${users}${[recall, ndcg, coverage].map((value) => `<td class="n">${value.toFixed(4)}`).join('')}`,
  )
  return `<table><tr><th>Places of the user<th>Users<th>Recall@${K}<th>NDCG@${K}<th>Coverage@${K}${cells.join('')}</table>`
}

/** Places from the most popular to the least, with those whose directions are nearest. */
function neighbourTable({ places, placeIds, dim }: Trained, labels: readonly PlaceLabel[]): string {
  const direction = (place: number) => places.subarray(place * dim, (place + 1) * dim - 1)
  const byBias = placeIds
    .map((_, place) => place)
    .sort((a, b) => places[(b + 1) * dim - 1] - places[(a + 1) * dim - 1])
  const sampled = Array.from(
    { length: Math.min(SAMPLES, byBias.length) },
    (_, i) => byBias[Math.floor((i * byBias.length) / SAMPLES)],
  )
  const describe = (place: number) =>
    `${escapeHtml(labels[place].name)} <small>${escapeHtml(labels[place].category)}</small>`
  const rows = [...new Set(sampled)].map((place) => {
    const nearest = placeIds
      .map((_, other) => ({
        other,
        cosine: other === place ? -Infinity : dot(direction(place), direction(other)),
      }))
      .sort((a, b) => b.cosine - a.cosine)
      .slice(0, Math.min(NEIGHBOURS, placeIds.length - 1))
    return `<tr><td>${describe(place)}<td>${nearest.map(({ other, cosine }) => `${describe(other)} ${cosine.toFixed(2)}`).join('<br>')}`
  })
  return `<table><tr><th>Place<th>Nearest, by cosine${rows.join('')}</table>`
}

function placeMap({ places, placeIds, dim }: Trained, labels: readonly PlaceLabel[]): string {
  const step = Math.max(1, placeIds.length / MAP_POINTS)
  const shown = Array.from({ length: Math.floor(placeIds.length / step) }, (_, i) => Math.floor(i * step))
  const directions = new Float32Array(shown.length * (dim - 1))
  shown.forEach((place, row) => {
    directions.set(places.subarray(place * dim, (place + 1) * dim - 1), row * (dim - 1))
  })
  if (dim < 3) return '<p>Two dimensions and a bias are the least that can be drawn.</p>'
  const plane = principalPlane(directions, dim - 1)
  const counts = new Map<string, number>()
  for (const place of shown) counts.set(labels[place].category, (counts.get(labels[place].category) ?? 0) + 1)
  const categories = [...counts].sort(([, a], [, b]) => b - a).map(([category]) => category)
  const colorOf = (category: string) => COLORS[Math.min(categories.indexOf(category), COLORS.length - 1)]
  const points = shown.map((place, row) => ({
    x: plane[row * 2],
    y: plane[row * 2 + 1],
    label: `${labels[place].name} (${labels[place].category})`,
    color: colorOf(labels[place].category),
  }))
  const named = categories.slice(0, COLORS.length - 1)
  const legend = [...named, ...(categories.length > named.length ? ['others'] : [])].map(
    (category, index) => `<span><i style="background:${COLORS[index]}"></i>${escapeHtml(category)}</span>`,
  )
  return `<p class="legend">${legend.join(' ')}</p><figure>${scatterChart(points, 'The two directions in which places differ most')}</figure>`
}
