// Holds a language model's answer against the schema that it was asked for. Leaves what it says to its reader.
import type { Static, TSchema } from 'typebox'
import { createParser, type Parser } from '../domain/schema.ts'

/** Schemas are few and constant, compiling one is not cheap. */
const parsers = new WeakMap<TSchema, Parser<unknown>>()

/** The value as it is. Throws language-model-failed with what does not fit. */
export function parseAnswer<S extends TSchema>(schema: S, value: unknown): Static<S> {
  let parser = parsers.get(schema)
  if (parser === undefined) parsers.set(schema, (parser = createParser(schema, 'language-model-failed')))
  return parser(value) as Static<S>
}
