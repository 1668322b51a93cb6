// How good do vectors get in how many seconds, and what is the time spent on? Quality against budgets on real splits at 64
// and 128 dimensions, kernels beside the machine's peak, growth on made-up cities, and peers on the same splits.
//   --only kernels,curves,growth,peers   --budgets 5,15,30,60   --sizes 200000,2000000,20000000   --threads 1,2   --json
// Leaves the picture of its curves to quality-chart.ts.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { sharedData } from '../test/shared-data.ts'
import { measureKernels } from './kernel-rates.ts'
import { writeSyntheticCity } from './synthetic-interactions.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: 'kernels,curves,growth,peers' },
    data: { type: 'string', default: 'foursquare-nyc,foursquare-vldb17,gowalla' },
    budgets: { type: 'string', default: '5,15,30,60' },
    dims: { type: 'string', default: '64,128' },
    threads: { type: 'string', default: '1,2' },
    sizes: { type: 'string', default: '200000,2000000,20000000' },
    seed: { type: 'string', default: '1' },
  },
})

const FORMATS: Readonly<Record<string, string>> = {
  'foursquare-nyc': 'foursquare',
  'foursquare-vldb17': 'vldb17',
  gowalla: 'lightgcn',
}
const numbers = (text: string) => text.split(',').map(Number)
const parts = new Set(values.only.split(','))
const data = values.data.split(',').filter((name) => {
  if (existsSync(sharedData(name))) return true
  console.error(`skipped: ${name} is absent`)
  return false
})

const machine = `${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}`
const result = {
  machine,
  ...(parts.has('kernels') && { kernels: await measureKernels() }),
  ...(parts.has('curves') && { curves: curves() }),
  ...(parts.has('growth') && { growth: await growth() }),
  ...(parts.has('peers') && { peers: peers() }),
}
if (values.json) console.log(JSON.stringify(result))
else {
  console.log(machine)
  for (const [name, rows] of Object.entries(result)) {
    if (name === 'machine') continue
    console.log(name)
    console.table(rows)
  }
}

interface Run {
  readonly data: string
  readonly dim: number
  readonly threads: number
  readonly budgetSeconds: number
  readonly epochs: number
  readonly trainSeconds: number
  readonly cpuSeconds: number
  readonly rankSeconds: number
  readonly peakMb: number
  readonly recall: number
  readonly ndcg: number
}

function curves(): Run[] {
  const runs: Run[] = []
  for (const name of data) {
    for (const dim of numbers(values.dims)) {
      for (const threads of numbers(values.threads)) {
        for (const budget of numbers(values.budgets)) {
          runs.push(evaluate(name, sharedData(name), FORMATS[name], dim, threads, budget))
          // More time changes nothing once the plan is done.
          if (runs[runs.length - 1].trainSeconds < 0.8 * budget) break
        }
      }
    }
  }
  return runs
}

/** One pass over cities that grow by tens: seconds and memory should too. */
async function growth(): Promise<object[]> {
  const rows: object[] = []
  for (const size of numbers(values.sizes)) {
    const folder = await mkdtemp(join(tmpdir(), 'dongne-bench-'))
    try {
      const city = await writeSyntheticCity(folder, size, Number(values.seed))
      const threads = Math.max(...numbers(values.threads))
      const { epochs, trainSeconds, peakMb } = evaluate(`${size}`, folder, 'lightgcn', 64, threads, 120)
      rows.push({ ...city, threads, epochs, trainSeconds, secondsAnEpoch: trainSeconds / epochs, peakMb })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
  return rows
}

/** In a process of its own, so that CPU seconds and peak memory are the run's. */
function evaluate(
  name: string,
  folder: string,
  format: string,
  dim: number,
  threads: number,
  budgetSeconds: number,
): Run {
  const bin = fileURLToPath(new URL('../src/cli.ts', import.meta.url))
  const settings = { format, dim, threads, budget: budgetSeconds, seed: values.seed }
  const flags = Object.entries(settings).flatMap(([flag, value]) => [`--${flag}`, `${value}`])
  const args = [bin, 'evaluate', folder, ...flags, '--no-fusion', '--json']
  const report = JSON.parse(output(process.execPath, args)) as Record<string, number>
  return {
    data: name,
    dim,
    threads: report['threads'],
    budgetSeconds,
    epochs: report['epochs'],
    trainSeconds: report['trainSeconds'],
    cpuSeconds: report['cpuSeconds'],
    rankSeconds: report['rankSeconds'],
    peakMb: report['peakMb'],
    recall: report['recall@20'],
    ndcg: report['ndcg@20'],
  }
}

/** implicit's BPR and ALS on the same splits, scored by the same protocol; skipped where their environment is absent. */
function peers(): object[] {
  const folder = fileURLToPath(new URL('./peers/training', import.meta.url))
  const python = join(folder, '.venv/bin/python')
  if (!existsSync(python)) {
    console.error('skipped: peers need bench/peers/training/setup.sh')
    return []
  }
  return data.flatMap((name) => {
    const args = [join(folder, 'implicit_peers.py'), sharedData(name), FORMATS[name], values.seed]
    const rows = JSON.parse(output(python, args)) as object[]
    return rows.map((row) => ({ data: name, ...row }))
  })
}

function output(command: string, args: readonly string[]): string {
  const child = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (child.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${child.status}`)
  return child.stdout
}
