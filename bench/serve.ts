// How fast are the four calls, and how far from a bare Fastify route? A table of latencies and of what is in the answers.
//   --places 5000 (the demo city) | 200000 (40 of them)   --connections 1,50   --seconds 5   --calls nearby,taste   --json
// Builds the data in a temporary folder unless DONGNE_DATA_DIR holds it. Nothing is gated on milliseconds.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { buildCities } from './serve/cities.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '1,50' },
    places: { type: 'string', default: '5000' },
    calls: { type: 'string', default: 'nearby,similar,taste,search' },
  },
})
const CITY_PLACES = 5000
/** Different users and bodies, so that no answer is the one before. */
const USERS = 200

interface Row {
  readonly call: string
  readonly connections: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly requestsPerSecond: number
  /** Of the bare route with as many connections. */
  readonly share: number
  readonly errors: number
  /** Items and reasons of one answer: speed of an empty answer is no speed. */
  readonly items: number
  readonly reasons: number
}

const isDemo = Number(values.places) <= CITY_PLACES
const dataDir = process.env['DONGNE_DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'dongne-bench-')))
const started = performance.now()
if (!isDemo && !existsSync(join(dataDir, 'catalog.sqlite'))) {
  await buildCities(dataDir, Math.ceil(Number(values.places) / CITY_PLACES))
}
const bin = fileURLToPath(new URL('../bin/dongne.js', import.meta.url))
const server = await start([bin, isDemo ? 'demo' : 'serve', '--port', '0'])
const bare = await start([fileURLToPath(new URL('serve/bare-route.ts', import.meta.url))])

const post = async (path: string, body: object) =>
  (
    await fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  ).json()

interface Answer {
  readonly items: readonly {
    readonly place: { readonly id: string; readonly lng: number; readonly lat: number }
    readonly reasons: readonly object[]
  }[]
}

const { users } = (await (await fetch(`${server.url}/v1/users?limit=1000`)).json()) as {
  users: { id: string }[]
}
const readySeconds = (performance.now() - started) / 1000
/** Each user and a place that may be theirs. */
const askers = await Promise.all(
  Array.from({ length: USERS }, async (_, turn) => {
    const userId = users[Math.floor((turn * users.length) / USERS)].id
    const { items } = (await post('/v1/taste', { who: { userId }, limit: 3 })) as Answer
    return { userId, place: items[turn % items.length].place }
  }),
)
const WORDS = ['조용한 카페', '국수', 'vintage', '아이와 실내']
const bodies: Record<string, (turn: number) => object> = {
  nearby: (turn) => {
    const { userId, place } = askers[turn]
    return { near: { lng: place.lng, lat: place.lat }, who: { userId } }
  },
  similar: (turn) => ({ placeIds: [askers[turn].place.id], who: { userId: askers[turn].userId } }),
  taste: (turn) => ({ who: { userId: askers[turn].userId } }),
  search: (turn) => ({ query: WORDS[turn % WORDS.length], who: { userId: askers[turn].userId } }),
}

const rows: Row[] = []
for (const connections of values.connections.split(',').map(Number)) {
  const yardstick = await load(bare.url, 'nearby', connections)
  rows.push(rowOf('a bare route', connections, yardstick, yardstick, { items: [] }))
  for (const call of values.calls.split(',')) {
    const result = await load(server.url, call, connections)
    rows.push(
      rowOf(call, connections, result, yardstick, (await post(`/v1/${call}`, bodies[call](0))) as Answer),
    )
  }
}
await Promise.all([server.stop(), bare.stop()])
if (process.env['DONGNE_DATA_DIR'] === undefined) await rm(dataDir, { recursive: true, force: true })

const machine = `${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}`
if (values.json) console.log(JSON.stringify({ machine, places: Number(values.places), readySeconds, rows }))
else {
  console.log(`${machine}; ${values.places} places ready after ${readySeconds.toFixed(1)} s`)
  console.table(rows)
}

/** Each connection starts with another body. */
async function load(url: string, call: string, connections: number): Promise<autocannon.Result> {
  const requests = askers.map((_, turn) => ({
    method: 'POST' as const,
    path: `/v1/${call}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(bodies[call](turn)),
  }))
  let client = 0
  const options = {
    url,
    connections,
    requests,
    setupClient(connection: autocannon.Client) {
      const first = Math.floor((client++ * requests.length) / connections) % requests.length
      connection.setRequests([...requests.slice(first), ...requests.slice(0, first)])
    },
  }
  await autocannon({ ...options, duration: 2 }) // warm-up
  return autocannon({ ...options, duration: Number(values.seconds) })
}

function rowOf(
  call: string,
  connections: number,
  { latency, requests, errors, non2xx }: autocannon.Result,
  yardstick: autocannon.Result,
  { items }: Answer,
): Row {
  return {
    call,
    connections,
    p50Ms: latency.p50,
    p99Ms: latency.p99,
    requestsPerSecond: Math.round(requests.average),
    share: Math.round((1000 * requests.average) / yardstick.requests.average) / 1000,
    errors: errors + non2xx,
    items: items.length,
    reasons: items.reduce((sum, item) => sum + item.reasons.length, 0),
  }
}

async function start(args: readonly string[]): Promise<{ url: string; stop: () => Promise<void> }> {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, DONGNE_DATA_DIR: dataDir, DONGNE_LOG_LEVEL: 'warn', DONGNE_RATE_LIMIT: '0' },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const ready = /dongne is ready: (\S+)/.exec(text)
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
