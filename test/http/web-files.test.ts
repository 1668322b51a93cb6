// The page's files: modules from TypeScript, MapLibre, what a browser may load, and what nobody may read.
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createModuleLoader } from '../../src/http/web-files.ts'
import { startTestServer } from './server.ts'

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dongne-web-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  return folder
}

describe('the map page', () => {
  it('is served with every module it imports', async () => {
    const { send } = await startTestServer()
    const page = await send('GET', '/')
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    const seen = new Set<string>()
    const open = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path)
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (seen.has(path)) continue
      seen.add(path)
      const file = await send('GET', path)
      expect(file.status, path).toBe(200)
      if (path.endsWith('js')) expect(file.headers['content-type']).toMatch(/^(text|application)\/javascript/)
      if (path.startsWith('/vendor/')) continue
      for (const [, specifier] of file.text.matchAll(/\bfrom\s+'(\.[^']+)'/g)) {
        open.push(new URL(specifier, `http://host${path}`).pathname)
      }
    }
    expect(seen.size).toBeGreaterThan(5)
  })

  it('loads MapLibre and its worker from here', async () => {
    const { send } = await startTestServer()
    for (const file of ['maplibre-gl.mjs', 'maplibre-gl-worker.mjs', 'maplibre-gl.css']) {
      expect(await send('GET', `/vendor/maplibre-gl/${file}`)).toMatchObject({ status: 200 })
    }
  })

  it('may load scripts from here alone, and workers', async () => {
    const { send } = await startTestServer()
    const policy = String((await send('GET', '/')).headers['content-security-policy'])
    const directives = Object.fromEntries(
      policy.split(';').map((directive) => {
        const [name, ...sources] = directive.trim().split(' ')
        return [name, sources]
      }),
    )
    expect(directives).toMatchObject({
      'default-src': ["'self'"],
      'script-src': ["'self'"],
      'connect-src': ["'self'"],
      'worker-src': ["'self'", 'blob:'],
      'object-src': ["'none'"],
    })
    expect(directives).not.toHaveProperty('upgrade-insecure-requests')
  })

  it('may load a configured style from its origin', async () => {
    const { send } = await startTestServer({
      env: { DONGNE_MAP_STYLE: 'https://tiles.example/style.json?key=1' },
    })
    const page = await send('GET', '/')
    expect(page.headers['content-security-policy']).toContain("connect-src 'self' https://tiles.example;")
    expect((await send('GET', '/config.json')).body).toEqual({
      mapStyle: 'https://tiles.example/style.json?key=1',
      locale: 'ko',
      authRequired: false,
    })
  })

  it('is not sent again while it is the same', async () => {
    const { send } = await startTestServer()
    for (const path of ['/', '/app.js', '/vendor/maplibre-gl/maplibre-gl.css']) {
      const { headers } = await send('GET', path)
      const again = await send('GET', path, { headers: { 'if-none-match': String(headers['etag']) } })
      expect(again, path).toMatchObject({ status: 304, text: '' })
    }
  })

  it.each([
    '/app.ts',
    '/../server.ts',
    '/%2e%2e/errors.ts',
    '/..%2ferrors.js',
    '/.env',
    '/vendor/maplibre-gl/../package.json',
  ])('does not give out %s', async (path) => {
    const { send } = await startTestServer()
    expect(await send('GET', path)).toMatchObject({ status: 404, body: { code: 'unknown-route' } })
  })
})

describe('a module', () => {
  it('loses its types and imports JavaScript', async () => {
    const folder = await folderWith({
      'a.ts': [
        "import type { T } from './types.ts'",
        "import { b } from './b.ts'",
        "export { c } from '../c.ts'",
        "const text: string = './not-an-import.ts'",
        "const d = import('./d.ts')",
        'export const a = (x: T): string => b(x as never) + text + d',
      ].join('\n'),
    })
    const { code } = (await createModuleLoader(folder)('a'))!
    expect(code).toContain("from './b.js'")
    expect(code).toContain("from '../c.js'")
    expect(code).toContain("import('./d.js')")
    expect(code).toContain("'./not-an-import.ts'")
    expect(code).not.toMatch(/types|: string|as never/)
    expect(code.split('\n')).toHaveLength(6)
  })

  it('is read again when its file changed', async () => {
    const folder = await folderWith({ 'a.ts': 'export const a: number = 1' })
    const load = createModuleLoader(folder)
    const first = await load('a')
    expect(await load('a')).toBe(first)
    await writeFile(join(folder, 'a.ts'), 'export const a: number = 2')
    await utimes(join(folder, 'a.ts'), new Date(), new Date(Date.now() + 5000))
    expect((await load('a'))?.code).toContain('= 2')
  })

  it('is JavaScript already in dist', async () => {
    const webFolder = await folderWith({ 'app.js': 'export {}', 'index.html': '<p>' })
    const { send } = await startTestServer({ webFolder })
    expect(await send('GET', '/app.js')).toMatchObject({ status: 200, text: 'export {}' })
  })
})

describe('CORS', () => {
  const origin = 'https://app.example'
  const preflight = { origin, 'access-control-request-method': 'POST' }

  it('lets the configured origin in', async () => {
    const { server, send } = await startTestServer({ env: { DONGNE_CORS_ORIGIN: origin } })
    const { headers } = await send('POST', '/v1/nearby', { body: {}, headers: { origin } })
    expect(headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': expect.stringContaining('x-request-id'),
      'cross-origin-resource-policy': 'cross-origin',
    })
    const asked = await server.inject({ method: 'OPTIONS', url: '/v1/nearby', headers: preflight })
    expect(asked.headers['access-control-allow-origin']).toBe(origin)
    const other = await send('POST', '/v1/nearby', { body: {}, headers: { origin: 'https://evil.example' } })
    expect(other.headers['access-control-allow-origin']).not.toBe('https://evil.example')
  })

  it('is off by default', async () => {
    const { send } = await startTestServer()
    const { headers } = await send('POST', '/v1/nearby', { body: {}, headers: { origin } })
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  })
})
