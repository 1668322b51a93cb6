// Progress of offline jobs: a bar with the time left on a terminal, plain lines every few seconds elsewhere.
// Leaves results to stdout: progress goes to stderr.
import { MultiBar, Presets, type SingleBar } from 'cli-progress'

export interface Progress {
  /** Begins a step; `total` in any unit that `update` counts in. Ends the step before. */
  start(label: string, total: number): void
  /** What is done so far, and a few words about it. */
  update(done: number, note?: string): void
  stop(): void
}

/** Plain lines come this often at most. */
const LINE_INTERVAL_MS = 5000
/** A bar that ends sooner than this never shows. */
const MIN_BAR_MS = 300

/** Writes to `stream`, by default with a bar where it is a terminal. */
export function createProgress({ stream }: { readonly stream: NodeJS.WriteStream }): Progress {
  return stream.isTTY ? createBar(stream) : createLines(stream)
}

function createLines(stream: NodeJS.WriteStream): Progress {
  let step: { label: string; total: number; startedAt: number; printedAt: number } | undefined
  return {
    start(label, total) {
      const now = performance.now()
      step = { label, total, startedAt: now, printedAt: now }
    },
    update(done, note) {
      const now = performance.now()
      if (step === undefined || now - step.printedAt < LINE_INTERVAL_MS) return
      step.printedAt = now
      const share = Math.min(1, done / step.total)
      const left = share > 0 ? ((now - step.startedAt) * (1 - share)) / share / 1000 : NaN
      const eta = Number.isFinite(left) ? `, about ${Math.ceil(left)} s left` : ''
      stream.write(
        `${step.label}: ${Math.floor(100 * share)} %${eta}${note === undefined ? '' : ` (${note})`}\n`,
      )
    },
    stop() {
      step = undefined
    },
  }
}

function createBar(stream: NodeJS.WriteStream): Progress {
  const format = '{label} {bar} {percentage} % · {eta_formatted} left {note}'
  const bars = new MultiBar(
    { stream, format, hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  )
  let step: { label: string; total: number; startedAt: number } | undefined
  let bar: SingleBar | undefined
  return {
    start(label, total) {
      this.stop()
      step = { label, total, startedAt: performance.now() }
    },
    update(done, note = '') {
      if (step === undefined || performance.now() - step.startedAt < MIN_BAR_MS) return
      bar ??= bars.create(Math.max(1, step.total), 0, { label: step.label.padEnd(16), note })
      bar.update(Math.min(done, step.total), { note })
    },
    stop() {
      if (bar !== undefined) bars.remove(bar)
      bar = undefined
      step = undefined
      bars.stop()
    },
  }
}
