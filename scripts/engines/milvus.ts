// Milvus Lite from PyPI, in a virtual environment of its own.
// Leaves collections and requests to src/vector-index/milvus.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { ENGINES_FOLDER, installPython, type EngineServer } from './engine.ts'

const PACKAGES = ['pymilvus[milvus-lite]==3.0.2', 'milvus-lite==3.2.2']
const FOLDER = join(ENGINES_FOLDER, 'milvus-lite-3.2.2')

export const milvus: EngineServer = {
  name: 'milvus',
  installed: () => existsSync(join(FOLDER, 'complete')),
  install: () => installPython(FOLDER, PACKAGES),
  start({ port, dataDir }) {
    mkdirSync(dataDir, { recursive: true })
    const python = join(FOLDER, 'bin', 'python')
    const server = ['-m', 'milvus_lite', 'server', '--data-dir', dataDir, '--host', '127.0.0.1']
    return spawn(python, [...server, '--port', String(port)], { stdio: ['ignore', 'pipe', 'pipe'] })
  },
  isReady: (port) =>
    new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    }),
}
