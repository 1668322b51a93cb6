// Serves the map page at /, its modules and MapLibre from disk. In a checkout the modules are TypeScript: their types
// are stripped as they are asked for; in dist they are JavaScript already. Leaves the page itself to web/.
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'

interface WebOptions {
  readonly folder: string
  readonly config: Config
}

interface Module {
  readonly mtimeMs: number
  readonly code: string
  readonly etag: string
}

/** Also keeps `..` from leaving the folder. */
const MODULE_NAME = /^[\w-]+$/

/** Page files change with every deployment; the browser asks each time and mostly hears "not modified". */
const REVALIDATE = 'no-cache'

export async function registerWebFiles(
  server: FastifyInstance,
  { folder, config }: WebOptions,
): Promise<void> {
  await server.register(fastifyStatic, {
    root: folder,
    cacheControl: false,
    setHeaders: (reply) => void reply.header('cache-control', REVALIDATE),
    allowedPath: (path) => !path.endsWith('.ts'),
  })
  await server.register(fastifyStatic, {
    root: dirname(fileURLToPath(import.meta.resolve('maplibre-gl'))),
    prefix: '/vendor/maplibre-gl/',
    decorateReply: false,
    cacheControl: false,
    setHeaders: (reply) => void reply.header('cache-control', REVALIDATE),
  })

  const hidden = { schema: { hide: true } }
  const loadModule = createModuleLoader(folder)
  server.get<{ Params: { name: string } }>('/:name.js', hidden, async (request, reply) => {
    const { name } = request.params
    if (!MODULE_NAME.test(name)) return reply.callNotFound()
    const module = await loadModule(name)
    if (module === undefined) return reply.sendFile(`${name}.js`)
    reply
      .header('cache-control', REVALIDATE)
      .header('etag', module.etag)
      .type('text/javascript; charset=utf-8')
    if (request.headers['if-none-match'] === module.etag) return reply.code(304).send()
    return module.code
  })

  server.get('/config.json', hidden, async (_request, reply) => {
    reply.header('cache-control', REVALIDATE)
    return {
      ...(config.DONGNE_MAP_STYLE !== '' && { mapStyle: config.DONGNE_MAP_STYLE }),
      locale: 'ko',
      authRequired: config.DONGNE_API_KEYS.length > 0,
    }
  })
}

/** The folder of the map page beside this one, in src as in dist. */
export const defaultWebFolder = (): string => fileURLToPath(new URL('../web', import.meta.url))

/** The TypeScript module of a name (trusted: letters, digits, - and _) as JavaScript, read again when its file changed; undefined without such a file. */
export function createModuleLoader(folder: string): (name: string) => Promise<Module | undefined> {
  const modules = new Map<string, Module>()
  return async (name) => {
    const path = join(folder, `${name}.ts`)
    const file = await stat(path).catch(() => undefined)
    if (file === undefined) return undefined
    const known = modules.get(name)
    if (known?.mtimeMs === file.mtimeMs) return known
    const code = rewriteImports(stripTypes(await readFile(path, 'utf8')))
    const etag = `"${createHash('sha256').update(code).digest('base64url').slice(0, 22)}"`
    const module = { mtimeMs: file.mtimeMs, code, etag }
    modules.set(name, module)
    return module
  }
}

/** Node runs our own sources by the same stripping; its warning that the function may change helps no reader of ours. */
function stripTypes(source: string): string {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(source)
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Relative specifiers that end in .ts name the .js that we serve in its stead. */
function rewriteImports(code: string): string {
  return code.replaceAll(/((?:\bfrom|\bimport)\s*\(?\s*)(['"])(\.{1,2}\/[^'"\n]+)\.ts\2/g, '$1$2$3.js$2')
}
