// Parses query strings and path parts: words to the booleans and numbers that their schema asks for.
// Leaves bodies to body.ts and the parsers of domain/.
import type { Static, TObject } from 'typebox'
import { createParser, type Parser } from '../domain/schema.ts'

/**
 * A parser for `request.query` or `request.params`: "true", "20" become true, 20 where the schema's property is a
 * boolean or number. Throws invalid-request with pointers by name; unknown names come with near ones.
 */
export function createQueryParser<S extends TObject>(schema: S): Parser<Static<S>> {
  const parse = createParser(schema)
  return (query) => {
    const values = Object.entries(query as Record<string, unknown>).map(([name, value]) => [
      name,
      typeof value === 'string' ? fromWord(value, typeOf(schema, name)) : value,
    ])
    return parse(Object.fromEntries(values))
  }
}

function typeOf(schema: TObject, name: string): unknown {
  if (!Object.hasOwn(schema.properties, name)) return undefined
  return (schema.properties[name] as { type?: unknown }).type
}

function fromWord(word: string, type: unknown): unknown {
  if (type === 'boolean' && (word === 'true' || word === 'false')) return word === 'true'
  // Number('') is 0 and Number('0x10') is 16: only plain decimals are meant.
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(word)) return Number(word)
  return word
}
