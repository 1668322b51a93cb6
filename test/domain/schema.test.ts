import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { createParser, nearMatches } from '../../src/domain/schema.ts'
import { DongneError } from '../../src/errors.ts'

const parse = createParser(
  Type.Object(
    {
      limit: Type.Integer({ minimum: 1 }),
      kind: Type.Optional(Type.Enum(['near', 'far'])),
      where: Type.Optional(Type.Object({ 'a/b': Type.Number() }, { additionalProperties: false })),
    },
    { additionalProperties: false },
  ),
)

function errorsOf(value: unknown) {
  try {
    parse(value)
  } catch (error) {
    return (error as DongneError).errors
  }
  return []
}

describe('a parser', () => {
  it('returns a valid value unchanged', () => {
    const value = { limit: 3 }
    expect(parse(value)).toBe(value)
  })

  it('names every offending value with its pointer', () => {
    expect(errorsOf({ limit: 0, where: { 'a/b': NaN } })).toEqual([
      { pointer: '/limit', detail: 'must be >= 1 (got 0)' },
      { pointer: '/where/a~1b', detail: 'must be number (got NaN)' },
    ])
  })

  it('says in words what a pattern asks for, and what keys of a record look like', () => {
    const parseNames = createParser(
      Type.Object({
        code: Type.Optional(Type.String({ pattern: '^[a-z]+$', description: 'Lower-case letters' })),
        names: Type.Optional(
          Type.Record(Type.String({ pattern: '^[a-z]{2}$' }), Type.String(), {
            additionalProperties: false,
            description: 'Names by language: "ko", "en"',
          }),
        ),
      }),
    )
    const messageOf = (value: unknown) => {
      try {
        parseNames(value)
      } catch (error) {
        return (error as DongneError).message
      }
      return undefined
    }
    expect(messageOf({ code: 'A1' })).toBe('/code must be: Lower-case letters (got "A1")')
    expect(messageOf({ names: { Korean: 'x' } })).toBe(
      '/names/Korean is not a known key. Names by language: "ko", "en".',
    )
    expect(messageOf({ code: 'a', names: { ko: '가' } })).toBeUndefined()
  })

  it('tells what is missing', () => {
    expect(errorsOf({})).toEqual([{ pointer: '/limit', detail: 'is missing' }])
  })

  it('suggests the nearest known key for an unknown one, also inside', () => {
    expect(errorsOf({ limit: 1, lmit: 2, where: { 'a/b': 1, 'a/c': 2 } })).toEqual([
      { pointer: '/lmit', detail: 'is not a known key. Did you mean "limit"?' },
      { pointer: '/where/a~1c', detail: 'is not a known key. Did you mean "a/b"?' },
    ])
  })

  it('lists the allowed values of a choice', () => {
    expect(errorsOf({ limit: 1, kind: 'nearr' })[0].detail).toBe(
      'must be one of near, far (got "nearr"). Did you mean "near"?',
    )
  })

  it.each([null, 3, 'text', []])('refuses %j where an object is needed', (value) => {
    expect(errorsOf(value)[0].pointer).toBe('')
  })
})

describe('near matches', () => {
  it('finds a word inside a longer one first', () => {
    expect(nearMatches('서울', ['서울특별시', '부산광역시', '서산시'])[0]).toBe('서울특별시')
  })

  it('finds slips and leaves strangers out', () => {
    expect(nearMatches('regoins', ['regions', 'spots', 'circle'])).toEqual(['regions'])
  })
})
