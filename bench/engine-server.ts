// A server for the time of a bench: started on a free port in a folder of its own, stopped and removed afterwards.
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopEngine, untilReady, type EngineServer } from '../scripts/engines/engine.ts'

export async function withServer(server: EngineServer, work: (port: number) => Promise<void>): Promise<void> {
  if (!server.installed()) throw new Error(`${server.name} is not installed. Remedy: npm run setup:engines`)
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  const dataDir = await mkdtemp(join(tmpdir(), `dongne-bench-${server.name}-`))
  const child = server.start({ port, dataDir })
  try {
    await untilReady(server, child, port)
    await work(port)
  } finally {
    await stopEngine(child)
    await rm(dataDir, { recursive: true, force: true })
  }
}
