// The drawings of the training report as SVG text. Leaves what is drawn to report.ts.

/** A series over whole numbers x; gaps are allowed. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

const WIDTH = 560
const HEIGHT = 240
const MARGIN = { left: 56, right: 12, top: 12, bottom: 28 }
const TICKS = 4

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return text.replaceAll(/[&<>"']/g, (character) => entities[character])
}

/** One line with its marked x, axes and labels; empty where there are no points. */
export function lineChart({ name, points }: Series, marked?: number): string {
  const drawn = points.filter(([, y]) => Number.isFinite(y))
  if (drawn.length === 0) return ''
  const xs = drawn.map(([x]) => x)
  const ys = drawn.map(([, y]) => y)
  const x = scale(Math.min(...xs), Math.max(...xs), MARGIN.left, WIDTH - MARGIN.right)
  const y = scale(Math.min(...ys), Math.max(...ys), HEIGHT - MARGIN.bottom, MARGIN.top)
  const at = (value: number) => value.toFixed(1)
  const ticks = Array.from({ length: TICKS + 1 }, (_, i) => {
    const value = Math.min(...ys) + (i / TICKS) * (Math.max(...ys) - Math.min(...ys))
    return (
      `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at(y(value))}" y2="${at(y(value))}"/>` +
      `<text x="${MARGIN.left - 6}" y="${at(y(value) + 4)}" text-anchor="end">${value.toPrecision(3)}</text>`
    )
  })
  const labels = [...new Set([xs[0], xs[Math.floor(xs.length / 2)], xs[xs.length - 1]])].map(
    (value) => `<text x="${at(x(value))}" y="${HEIGHT - 8}" text-anchor="middle">${value}</text>`,
  )
  const line = drawn.map(([px, py]) => `${at(x(px))},${at(y(py))}`).join(' ')
  const mark = drawn.find(([px]) => px === marked)
  const dot =
    mark === undefined ? '' : `<circle class="mark" cx="${at(x(mark[0]))}" cy="${at(y(mark[1]))}" r="4"/>`
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(name)}">` +
    `${ticks.join('')}${labels.join('')}<polyline class="line" points="${line}"/>${dot}</svg>`
  )
}

export interface ScatterPoint {
  readonly x: number
  readonly y: number
  readonly label: string
  readonly color: string
}

const SCATTER = 640

/** Points in a square, each with its label as a tooltip. */
export function scatterChart(points: readonly ScatterPoint[], name: string): string {
  if (points.length === 0) return ''
  const reach = Math.max(...points.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)])) || 1
  const to = scale(-reach, reach, 8, SCATTER - 8)
  const dots = points.map(
    ({ x, y, label, color }) =>
      `<circle cx="${to(x).toFixed(1)}" cy="${to(-y).toFixed(1)}" r="2.5" fill="${color}"><title>${escapeHtml(label)}</title></circle>`,
  )
  return `<svg viewBox="0 0 ${SCATTER} ${SCATTER}" role="img" aria-label="${escapeHtml(name)}">${dots.join('')}</svg>`
}

function scale(from: number, to: number, start: number, end: number): (value: number) => number {
  return from === to
    ? () => (start + end) / 2
    : (value) => start + ((value - from) / (to - from)) * (end - start)
}
