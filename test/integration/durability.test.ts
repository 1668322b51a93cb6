// What is left after SIGKILL: every acknowledged row, and a server that starts again.
import { describe, expect, it } from 'vitest'
import { startServer } from '../command.ts'
import { startDemo } from '../demo-server.ts'

const ROWS = 4000

describe('a server killed during batch upserts', () => {
  it('has every acknowledged row after a restart', { timeout: 120_000 }, async () => {
    const server = await startDemo()
    try {
      for (const killAfter of [1, 1200, 2600]) {
        const acknowledged = await upsertUntilKilled(server.url, server.process, killAfter)
        expect(acknowledged.length).toBeGreaterThanOrEqual(killAfter)
        const again = await startServer(['demo'], { DONGNE_DATA_DIR: server.dataDir })
        try {
          for (const id of acknowledged.filter(
            (_, index) => index % 50 === 0 || index > acknowledged.length - 20,
          )) {
            const response = await fetch(`${again.url}/v1/places/${id}`)
            expect(response.status, `place ${id} was acknowledged`).toBe(200)
          }
          const search = await fetch(`${again.url}/v1/nearby`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({
              where: { circle: { lng: 126.5, lat: 33.4, radiusMeters: 100 } },
              limit: 1,
            }),
          })
          expect(((await search.json()) as { items: object[] }).items).toHaveLength(1)
        } finally {
          Object.assign(server, { url: again.url, process: again.process })
        }
      }
    } finally {
      server.process.kill('SIGKILL')
      await server.close()
    }
  })
})

/** Streams a batch, kills the server once `killAfter` rows are acknowledged, and returns the acknowledged ids. */
async function upsertUntilKilled(
  url: string,
  process: { kill(signal: 'SIGKILL'): boolean },
  killAfter: number,
): Promise<string[]> {
  const run = `kill-${killAfter}`
  const lines = Array.from(
    { length: ROWS },
    (_, row) => `${JSON.stringify({ id: `${run}-${row}`, name: `가게 ${row}`, lng: 126.5, lat: 33.4 })}\n`,
  )
  const response = await fetch(`${url}/v1/places:batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: lines.join(''),
  })
  const acknowledged: string[] = []
  let rest = ''
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split('\n')
      rest = parts.pop()!
      for (const part of parts) {
        const answer = JSON.parse(part) as { id: string; status: string }
        if (answer.status === 'created') acknowledged.push(answer.id)
      }
      if (acknowledged.length >= killAfter) process.kill('SIGKILL')
    }
  } catch (error) {
    // The connection breaks with the server; what was acknowledged before is what counts.
    if (!(error instanceof TypeError)) throw error
  }
  return acknowledged
}
