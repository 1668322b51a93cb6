// How fast are the calls over HTTP, beside a bare Fastify route in the same run? Tables of latencies and of what is in the
// answers; --json: one line. Builds its places in a temporary folder unless DONGNE_DATA_DIR holds them: the demo city, or
// with --places as many as asked for. --cpu-prof FOLDER leaves a profile of the server. Nothing is gated on milliseconds.
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { openApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { buildCities } from './serve/cities.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '1,50' },
    places: { type: 'string', default: '0' },
    calls: { type: 'string', default: 'nearby,similar,together,taste,search,courses' },
    'cpu-prof': { type: 'string' },
  },
})

interface Row {
  readonly call: string
  readonly connections: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly requestsPerSecond: number
  /** Of the server's process, all threads, a request: waiting for a core is not in it, what the compiler does still is. */
  readonly cpuMs: number | undefined
  /** Against the bare route at as many connections. */
  readonly ofBare: number
  readonly errors: number
  /** Items and reasons of one answer: speed of an empty answer is no speed. */
  readonly items: number
  readonly reasons: number
}

/** Different requests of each call, so that no two in a row are alike. */
const REQUESTS = 500

const own = process.env['DONGNE_DATA_DIR']
const dataDir = own ?? (await mkdtemp(join(tmpdir(), 'dongne-bench-')))
const startedBuild = performance.now()
const isDemo = Number(values.places) === 0
if (!isDemo && own === undefined) {
  const app = await openApp(readConfig({ DONGNE_DATA_DIR: dataDir }))
  await buildCities(app, Number(values.places))
  await app.close()
}
const bin = fileURLToPath(new URL('../bin/dongne.js', import.meta.url))
const started: ChildProcess[] = []
// However this ends, it takes along what it started.
process.once('exit', () => started.forEach((child) => child.kill('SIGKILL')))
process.once('SIGTERM', () => process.exit(1)).once('SIGINT', () => process.exit(1))
const dongne = await start([bin, isDemo ? 'demo' : 'serve', '--port', '0'])
const bare = await start([fileURLToPath(new URL('serve/bare.ts', import.meta.url))])
const post = async (path: string, body: object) =>
  (
    await fetch(dongne.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  ).json()

// The first answer waits until all places were read.
while (!((await post('/v1/taste', { limit: 1 })) as { items?: object[] }).items) await setTimeout(500)
const readySeconds = (performance.now() - startedBuild) / 1000

const { users } = (await (await fetch(`${dongne.url}/v1/users?limit=200`)).json()) as {
  users: { id: string }[]
}
// Where those users are: a place that each of them is recommended. One by one: a flooded server refuses some.
const places: { id: string; lng: number; lat: number }[] = []
for (const { id } of users) {
  const { items } = (await post('/v1/taste', { who: { userId: id }, limit: 1 })) as {
    items: { place: (typeof places)[number] }[]
  }
  places.push(items[0].place)
}

const who = (turn: number) => ({ userId: users[turn % users.length].id })
const bodies: Record<string, (turn: number) => object> = {
  nearby(turn) {
    const { lng, lat } = places[turn % places.length]
    // Some steps away, another way each time.
    const near = { lng: lng + ((turn * 7) % 20) / 10_000, lat: lat + ((turn * 3) % 20) / 10_000 }
    return { near, where: { circle: { ...near, radiusMeters: 1000 } }, who: who(turn) }
  },
  similar: (turn) => ({ placeIds: [places[(turn * 7) % places.length].id], who: who(turn) }),
  together: (turn) => ({ placeIds: [places[(turn * 7) % places.length].id], who: who(turn) }),
  taste: (turn) => ({ who: who(turn) }),
  search: (turn) => ({ query: ['조용한 카페', '국수', 'vintage', '아이와 실내'][turn % 4], who: who(turn) }),
  courses(turn) {
    const { lng, lat } = places[turn % places.length]
    return { near: { lng, lat }, who: who(turn) }
  },
}

const rows: Row[] = []
for (const connections of values.connections.split(',').map(Number)) {
  const standard = await measure(bare.url, '/v1/bare', bodies['nearby'], connections)
  rows.push({ call: 'bare route', connections, ...standard, ofBare: 1, items: 0, reasons: 0 })
  for (const call of values.calls.split(',')) {
    const body = bodies[call]
    const measured = await measure(dongne.url, `/v1/${call}`, body, connections)
    // A server that was flooded may still be shedding load.
    const { items = [] } = (await post(`/v1/${call}`, body(0))) as {
      items?: { reasons?: object[]; stops?: { reasons: object[] }[] }[]
    }
    rows.push({
      call,
      connections,
      ...measured,
      ofBare: Math.round((1000 * measured.requestsPerSecond) / standard.requestsPerSecond) / 1000,
      items: items.length,
      // A course has its reasons at its stops.
      reasons: items.flatMap(({ reasons, stops = [] }) => reasons ?? stops.flatMap((stop) => stop.reasons))
        .length,
    })
  }
}
await Promise.all([dongne.stop(), bare.stop()])
if (own === undefined) await rm(dataDir, { recursive: true, force: true })

const machine = `${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}`
if (values.json) console.log(JSON.stringify({ machine, readySeconds, rows }))
else {
  console.log(`${machine}; ready after ${readySeconds.toFixed(1)} s`)
  console.table(rows)
}

async function measure(url: string, path: string, body: (turn: number) => object, connections: number) {
  const requests = Array.from({ length: REQUESTS }, (_, turn) => ({
    method: 'POST' as const,
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body(turn)),
  }))
  await autocannon({ url, connections, duration: 2, requests }) // warm-up
  const cpuBefore = await cpuSeconds(url)
  const result = await autocannon({ url, connections, duration: Number(values.seconds), requests })
  const cpu = (await cpuSeconds(url)) - cpuBefore
  return {
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    // A refusal is quick, and no answer.
    requestsPerSecond: Math.round(result['2xx'] / result.duration),
    cpuMs: Number.isNaN(cpu) ? undefined : Math.round((1e5 * cpu) / result['2xx']) / 100,
    errors: result.errors + result.non2xx,
  }
}

/** Of the server so far; NaN where it does not count it. */
async function cpuSeconds(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text()
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(metrics)?.[1])
}

/** A process that says on stderr where it listens. */
async function start(args: readonly string[]): Promise<{ url: string; stop: () => Promise<void> }> {
  const profile =
    values['cpu-prof'] === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values['cpu-prof']}`]
  const child = spawn(process.execPath, [...profile, ...args], {
    env: { ...process.env, DONGNE_DATA_DIR: dataDir, DONGNE_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  started.push(child)
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const ready = /is ready: (\S+)/.exec(text)
      if (ready !== null) resolve(ready[1])
    })
    child.once('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}: ${text}`)))
  })
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve())
        child.kill('SIGTERM')
      }),
  }
}
