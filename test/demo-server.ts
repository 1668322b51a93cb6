// A server on a private copy of the demo city, and a small client for it.
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { startServer, type RunningServer } from './command.ts'

export interface DemoServer extends RunningServer {
  readonly dataDir: string
  /** Sends a request and parses the answer; throws where the answer is not JSON. */
  call<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>
}

/** Starts the demo on a copy of the built city; `close` also removes the copy. */
export async function startDemo(env: Readonly<Record<string, string>> = {}): Promise<DemoServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'dongne-test-'))
  await cp(inject('demoDataDir'), dataDir, { recursive: true })
  const server = await startServer(['demo'], { ...env, DONGNE_DATA_DIR: dataDir })
  return {
    ...server,
    dataDir,
    async call<T>(method: string, path: string, body?: unknown) {
      const response = await fetch(server.url + path, {
        method,
        ...(body !== undefined && {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      })
      const text = await response.text()
      return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T }
    },
    async close() {
      const code = await server.close()
      await rm(dataDir, { recursive: true, force: true })
      return code
    },
  }
}
