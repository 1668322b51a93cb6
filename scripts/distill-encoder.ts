// Makes src/text/static-embeddings.bin anew: fetches the teacher and the texts, asks the one for vectors of the others
// (about 20 minutes; what was asked is kept in .engines), and fits. Leaves the method to distill-encoder/distill.py.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ENGINES_FOLDER, installPython, runTool } from './engines/engine.ts'

/** The folders of texts, by npm package; licences stand in NOTICE. */
const SOURCES = ['@openstreetmap/id-tagging-schema@7.2.0', 'cldr-annotations-full@48.2.0'] as const

const scripts = fileURLToPath(new URL('distill-encoder', import.meta.url))
const out = fileURLToPath(new URL('../src/text/static-embeddings.bin', import.meta.url))
const folder = join(ENGINES_FOLDER, 'distill-encoder')
const python = join(folder, 'python')
if (!existsSync(join(python, 'complete'))) {
  installPython(python, readFileSync(join(scripts, 'requirements.txt'), 'utf8').trim().split('\n'))
}
const sources = SOURCES.map((source) => unpacked(source))
const cache = join(folder, 'cache')
execFileSync(join(python, 'bin', 'python'), [join(scripts, 'distill.py'), ...sources, cache, out], {
  stdio: 'inherit',
  env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
})

/** The folder of a package's files. */
function unpacked(source: string): string {
  const into = join(folder, source.replaceAll(/[@\/]/gv, '_'))
  if (!existsSync(join(into, 'package', 'package.json'))) {
    mkdirSync(into, { recursive: true })
    const packed = execFileSync('npm', ['pack', source, '--silent', '--pack-destination', into], {
      encoding: 'utf8',
    })
    runTool('tar', ['xzf', join(into, packed.trim()), '-C', into])
  }
  return join(into, 'package')
}
