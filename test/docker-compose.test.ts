// docker-compose.yml against the Compose specification's JSON schema, as dclint ships it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

interface Compose {
  readonly services: Readonly<
    Record<string, { readonly ports?: readonly string[]; readonly volumes?: readonly string[] }>
  >
  readonly volumes: Readonly<Record<string, unknown>>
}

const linter = dirname(createRequire(import.meta.url).resolve('dclint/package.json'))
const schema = JSON.parse(readFileSync(join(linter, 'schemas/compose.schema.json'), 'utf8')) as object
const compose = parse(readFileSync(new URL('../docker-compose.yml', import.meta.url), 'utf8')) as Compose

function problems(document: unknown): string[] {
  // Formats (durations, ports) are annotations here; draft 7 is what Ajv reads by default.
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  const { $schema: _, ...rest } = schema as { $schema?: string }
  const isValid = ajv.compile(rest)
  return isValid(document) ? [] : isValid.errors!.map((error) => `${error.instancePath} ${error.message}`)
}

describe('docker-compose.yml', () => {
  it('is valid by the Compose specification', () => {
    expect(problems(compose)).toEqual([])
  })

  it('would be caught with a misspelt key or a value of another type', () => {
    expect(problems({ ...compose, servcies: {} })).not.toEqual([])
    expect(problems({ services: { postgres: { image: 17 } } })).not.toEqual([])
    expect(problems({ services: { postgres: { image: 'postgres:17', profile: ['engines'] } } })).not.toEqual(
      [],
    )
  })

  it('opens no port to the network', () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? [])
    expect(ports.length).toBeGreaterThan(0)
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
  })

  it('declares every named volume that it uses, and no other', () => {
    const used = Object.values(compose.services)
      .flatMap((service) => service.volumes ?? [])
      .map((volume) => volume.split(':')[0])
      .filter((source) => !/^[./]/.test(source))
    expect(used.toSorted()).toEqual(Object.keys(compose.volumes).toSorted())
  })
})
