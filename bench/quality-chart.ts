// Draws what bench/train.ts measured: NDCG@20 on test against CPU seconds, a panel for each data set, a line for each
// number of dimensions.
//   node bench/quality-chart.ts curves.json … > docs/images/quality.svg
import { readFile } from 'node:fs/promises'

/** A row of `curves` (bench/train.ts), as far as it is drawn. */
interface Point {
  readonly data: string
  readonly dim: number
  readonly cpuSeconds: number
  readonly ndcg: number
}

const PANEL = { width: 300, height: 240, left: 44, right: 16, top: 30, bottom: 40 }
/** Okabe and Ito's blue, vermilion and green: told apart by colour-blind eyes too. */
const COLORS = ['#0072b2', '#d55e00', '#009e73']
const TICKS = 4

const files = process.argv.slice(2)
if (files.length === 0) throw new Error('Name the JSON files of bench:train.')
const points: Point[] = []
for (const file of files) {
  const { curves } = JSON.parse(await readFile(file, 'utf8')) as { readonly curves: readonly Point[] }
  points.push(...curves)
}
console.log(chart(points))

function chart(all: readonly Point[]): string {
  const names = [...new Set(all.map(({ data }) => data))]
  const dims = [...new Set(all.map(({ dim }) => dim))].sort((a, b) => a - b)
  const panels = names.map((name, index) =>
    panel(
      name,
      dims,
      all.filter(({ data }) => data === name),
      index * PANEL.width,
    ),
  )
  const label = `NDCG@20 on test against CPU seconds: ${names.join(', ')}, ${dims.join(' and ')} dimensions`
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${names.length * PANEL.width} ${PANEL.height}" role="img" aria-label="${label}">\n` +
    '<style>text{font:11px sans-serif;fill:#444}polyline{fill:none;stroke-width:2}.grid{stroke:#444;opacity:.2}</style>\n' +
    `<rect width="100%" height="100%" fill="#fff"/>\n${panels.join('\n')}\n</svg>`
  )
}

function panel(name: string, dims: readonly number[], points: readonly Point[], shift: number): string {
  const { width, height, left, right, top, bottom } = PANEL
  const most = niceCeiling(Math.max(...points.map(({ cpuSeconds }) => cpuSeconds)))
  const ndcgs = points.map(({ ndcg }) => ndcg)
  const high = Math.max(...ndcgs)
  // A tenth at least, or noise would fill the panel.
  const low = Math.min(...ndcgs, 0.9 * high)
  const x = (seconds: number) => left + (seconds / most) * (width - left - right)
  const y = (ndcg: number) => top + ((high - ndcg) / (high - low)) * (height - top - bottom)
  const at = (value: number) => value.toFixed(1)
  const ticks = Array.from({ length: TICKS + 1 }, (_, i) => i / TICKS)
  const grid = ticks.map((part) => {
    const ndcg = low + part * (high - low)
    return (
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${at(y(ndcg))}" y2="${at(y(ndcg))}"/>` +
      `<text x="${left - 6}" y="${at(y(ndcg) + 4)}" text-anchor="end">${ndcg.toFixed(3).slice(1)}</text>`
    )
  })
  const seconds = ticks.map(
    (part) =>
      `<text x="${at(x(part * most))}" y="${height - bottom + 16}" text-anchor="middle">${part * most}</text>`,
  )
  const lines = dims.map((dim, index) => {
    const color = COLORS[index % COLORS.length]
    const own = points.filter((point) => point.dim === dim).sort((a, b) => a.cpuSeconds - b.cpuSeconds)
    const places = own.map((point) => [at(x(point.cpuSeconds)), at(y(point.ndcg))] as const)
    const dots = places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${color}"/>`)
    const legend = `<text x="${width - right}" y="${height - bottom - 8 - 14 * (dims.length - 1 - index)}" text-anchor="end" style="fill:${color}">${dim} dimensions</text>`
    return `<polyline points="${places.map((place) => place.join(',')).join(' ')}" stroke="${color}"/>${dots.join('')}${legend}`
  })
  return (
    `<g transform="translate(${shift})"><text x="${left}" y="16" font-weight="bold">${name}</text>` +
    `${grid.join('')}${seconds.join('')}${lines.join('')}` +
    `<text x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">CPU seconds</text></g>`
  )
}

/** The least of 1, 2, 4, 8 times a power of ten that is not below the value: its quarters are short numbers. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 4, 8, 10].find((step) => step * power >= value) ?? 10) * power
}
