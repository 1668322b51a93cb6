// How fast are the calls on the demo city? A table of latencies and of what is in the answers; --json: one line.
// Builds the demo in a temporary folder unless DONGNE_DATA_DIR holds one. Nothing is gated on milliseconds.
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '1,16' },
  },
})

interface Row {
  readonly call: string
  readonly connections: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly requestsPerSecond: number
  readonly errors: number
  /** Items and reasons of one answer: speed of an empty answer is no speed. */
  readonly items: number
  readonly reasons: number
}

interface Found {
  readonly reasons?: readonly object[]
}

/** Places, shelves of places, or courses of stops. */
interface Answer {
  readonly items: readonly (Found & {
    readonly items?: readonly Found[]
    readonly stops?: readonly Found[]
  })[]
}

const dataDir = process.env['DONGNE_DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'dongne-bench-')))
const startedBuild = performance.now()
const { url, stop } = await startDemo(dataDir)
const readySeconds = (performance.now() - startedBuild) / 1000

const post = async (path: string, body: object) =>
  (
    await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  ).json()

const { users } = (await (await fetch(`${url}/v1/users?limit=20`)).json()) as { users: { id: string }[] }
const sample = (await post('/v1/nearby', { limit: 20 })) as {
  items: { place: { id: string; lng: number; lat: number } }[]
}
const places = sample.items.map(({ place }) => place)

/** Noon in the demo city, when most is open. */
const NOON = `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T12:00:00+09:00`

const bodies: Record<string, (turn: number) => object> = {
  nearby: (turn) => {
    const { lng, lat } = places[turn % places.length]
    return {
      near: { lng, lat },
      where: { circle: { lng, lat, radiusMeters: 1000 } },
      who: { userId: users[turn % users.length].id },
    }
  },
  similar: (turn) => ({ placeIds: [places[turn % places.length].id] }),
  taste: (turn) => ({ who: { userId: users[turn % users.length].id } }),
  search: (turn) => ({
    query: ['조용한 카페', '국수', 'vintage', '아이와 실내'][turn % 4],
    who: { userId: users[turn % users.length].id },
  }),
  themes: (turn) => {
    const { lng, lat } = places[turn % places.length]
    return { near: { lng, lat }, who: { userId: users[turn % users.length].id } }
  },
  courses: (turn) => {
    const { lng, lat } = places[turn % places.length]
    return { near: { lng, lat }, startAt: NOON, limit: 1 }
  },
}

const rows: Row[] = []
for (const connections of values.connections.split(',').map(Number)) {
  for (const [call, body] of Object.entries(bodies)) {
    const requests = Array.from({ length: 20 }, (_, turn) => ({
      method: 'POST' as const,
      path: `/v1/${call}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body(turn)),
    }))
    await autocannon({ url, connections, duration: 1, requests }) // warm-up
    const result = await autocannon({ url, connections, duration: Number(values.seconds), requests })
    const answer = (await post(`/v1/${call}`, body(0))) as Answer
    const found = answer.items.flatMap((item) => item.items ?? item.stops ?? [item])
    rows.push({
      call,
      connections,
      p50Ms: result.latency.p50,
      p99Ms: result.latency.p99,
      requestsPerSecond: Math.round(result.requests.average),
      errors: result.errors + result.non2xx,
      items: found.length,
      reasons: found.reduce((sum, { reasons }) => sum + (reasons?.length ?? 0), 0),
    })
  }
}
await stop()
if (process.env['DONGNE_DATA_DIR'] === undefined) await rm(dataDir, { recursive: true, force: true })

const machine = `${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}`
if (values.json) console.log(JSON.stringify({ machine, readySeconds, rows }))
else {
  console.log(`${machine}; demo ready after ${readySeconds.toFixed(1)} s`)
  console.table(rows)
}

async function startDemo(folder: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const bin = fileURLToPath(new URL('../bin/dongne.js', import.meta.url))
  const child = spawn(process.execPath, [bin, 'demo', '--port', '0'], {
    env: { ...process.env, DONGNE_DATA_DIR: folder, DONGNE_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      const ready = /dongne is ready: (\S+)/.exec(text)
      if (ready !== null) resolve(ready[1])
    })
    child.once('exit', (code) => reject(new Error(`dongne demo ended with ${code}: ${text}`)))
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
