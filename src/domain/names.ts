// Names by language, and which of them to show. Leaves translation to nobody: a missing language falls back.
import { Type } from 'typebox'

/** A name has something to read. */
export const NameText = (maxLength: number) =>
  Type.String({ maxLength, pattern: '\\S', description: 'A name that is not blank' })

export const Names = Type.Record(Type.String({ pattern: '^[a-z]{2,3}(-[A-Za-z0-9]+)*$' }), Type.String(), {
  additionalProperties: false,
  description: 'Names by BCP 47 language tag: { "ko": "…", "en": "…" }',
})

export type Locale = 'ko' | 'en'

export const LocaleSchema = Type.Union([Type.Literal('ko'), Type.Literal('en')], {
  description: 'Language of names and reasons; ko by default',
})

interface Named {
  readonly name: string
  readonly names?: Readonly<Record<string, string>> | undefined
}

/** The name in `locale`, or the default name where there is none. */
export function localName(named: Named, locale: Locale): string {
  return named.names?.[locale] ?? named.name
}
