import { describe, expect, it } from 'vitest'
import { checkColumns, mappedTable, parseMapping } from '../../src/import/mapping.ts'

const REQUIRED = { id: 'id', name: 'name', lng: 'lng', lat: 'lat' }
const POINT = { id: '1', name: 'a', lng: '127.1', lat: '37.5' }

const mapping = (fields: object, rest: object = {}) =>
  parseMapping({ target: 'places', format: 'csv', fields: { ...REQUIRED, ...fields }, ...rest })
const row = (fields: object, values: object, rest: object = {}) =>
  mappedTable(mapping(fields, rest)).toRow({ ...POINT, ...values }, 9)

describe('a mapping', () => {
  it('takes columns, and makes numbers of what are numbers', () => {
    expect(row({}, {}).value).toEqual({ id: '1', name: 'a', lng: 127.1, lat: 37.5, categories: [] })
    expect(row({}, { lng: 'east' }).value).toMatchObject({ lng: 'east' })
  })

  it.each<[string, object | string, object, unknown]>([
    ['a constant', { constant: 'x' }, {}, 'x'],
    ['a template with the line', { template: '{a}-{line}' }, { a: 'A' }, 'A-9'],
    ['the first column that is not empty', { columns: ['a', 'b'] }, { a: ' ', b: 'B' }, 'B'],
    ['a default', { column: 'a', default: 'D' }, { a: '' }, 'D'],
    ['a prefix', { column: 'a', prefix: 'p-' }, { a: 'A' }, 'p-A'],
    ['nothing for an empty cell', 'a', { a: '' }, undefined],
    ['nothing, not a bare prefix, for an empty cell', { column: 'a', prefix: 'p-' }, { a: '' }, undefined],
  ])('takes %s', (_, rule, values, expected) => {
    expect(row({ address: rule }, values).value['address']).toBe(expected)
  })

  it('makes a stable id of columns', () => {
    const id = (values: object) => row({ id: { hash: ['a', 'b'] } }, values).value['id']
    expect(id({ a: 'x', b: 'y' })).toBe(id({ a: 'x', b: 'y' }))
    expect(id({ a: 'xy', b: '' })).not.toBe(id({ a: 'x', b: 'y' }))
    expect(id({ a: 'x', b: 'y' })).toMatch(/^[0-9a-f]{16}$/)
  })

  it('splits lists over several columns, each entry once', () => {
    const rule = { columns: ['a', 'b'], separator: '+' }
    expect(row({ tags: rule }, { a: '그네+벤치', b: ' 벤치 + ' }).value['tags']).toEqual(['그네', '벤치'])
    expect(row({ tags: rule }, {}).value).not.toHaveProperty('tags')
  })

  it('makes categories of words, level by level, below that of the file', () => {
    const under = { code: 'shop', name: '상점' }
    const rule = { column: 'kind', separator: ';', hierarchy: '>' }
    const { value, categories } = row(
      { categories: rule },
      { kind: 'Night Life > Jazz/Blues; Food' },
      { under },
    )
    expect(value['categories']).toEqual(['shop/night-life/jazz-blues', 'shop/food'])
    expect(categories).toEqual([
      under,
      { code: 'shop/night-life', name: 'Night Life' },
      { code: 'shop/night-life/jazz-blues', name: 'Jazz/Blues' },
      { code: 'shop/food', name: 'Food' },
    ])
    expect(row({}, {}, { under }).value['categories']).toEqual(['shop'])
    const apart = row({ categories: rule }, { kind: '카페'.normalize('NFD') })
    expect(apart.categories).toEqual([{ code: '카페', name: '카페' }])
  })

  it('gathers names and attributes, and reads Y and N as true and false', () => {
    const fields = { 'names.en': 'en', 'attributes.parking': 'p', 'attributes.seats': 's' }
    expect(row(fields, { en: 'A', p: 'Y', s: '40' }).value).toMatchObject({
      names: { en: 'A' },
      attributes: { parking: true, seats: '40' },
    })
  })

  it('reads columns of codes as regions, largest first', () => {
    const { value, regions } = row(
      {},
      { state: '85', county: '-1', city: '17' },
      { regions: ['state', 'county', 'city'] },
    )
    expect(value['regions']).toEqual(['85', '17'])
    expect(regions).toEqual([
      { code: '85', name: '85' },
      { code: '17', name: '17', parent: '85' },
    ])
  })

  it('reads instants in seconds, milliseconds and RFC 3339', () => {
    const at = (time: string | undefined, written: string) =>
      mappedTable(
        parseMapping({
          target: 'events',
          format: 'csv',
          fields: {
            id: 'id',
            userId: 'u',
            placeId: 'p',
            type: { constant: 'visit' },
            at: { column: 't', ...(time !== undefined && { time }) },
          },
        }),
      ).toRow({ id: '1', u: 'u', p: 'p', t: written }, 1).value['at']
    expect(at('seconds', '1333476009')).toBe('2012-04-03T18:00:09.000Z')
    expect(at('milliseconds', '1333476009123')).toBe('2012-04-03T18:00:09.123Z')
    expect(at(undefined, '2026-05-01T09:00:00+09:00')).toBe('2026-05-01T09:00:00+09:00')
    expect(at('seconds', 'noon')).toBe('noon')
  })
})

describe('a mapping that is not valid', () => {
  const refused = (words: string) => ({ code: 'invalid-mapping', message: expect.stringContaining(words) })
  const refusal = (work: () => unknown) => {
    try {
      work()
    } catch (error) {
      return error
    }
    return undefined
  }

  it.each<[string, unknown, string]>([
    [
      'an unknown field',
      { target: 'places', format: 'csv', fields: { ...REQUIRED, nmae: 'n' } },
      'Did you mean "name"',
    ],
    ['a missing field', { target: 'places', format: 'csv', fields: { id: 'id' } }, '/fields/name is missing'],
    ['an unknown key', { target: 'places', format: 'csv', fields: REQUIRED, sepparator: ',' }, 'sepparator'],
    [
      'an unknown key of a rule',
      { target: 'places', format: 'csv', fields: { ...REQUIRED, tags: { colum: 'x' } } },
      '/fields/tags',
    ],
    ['another target', { target: 'users', format: 'csv', fields: REQUIRED }, 'users'],
    ['no object', [], ''],
  ])('is refused for %s', (_, value, words) => {
    expect(refusal(() => parseMapping(value))).toMatchObject(refused(words))
  })

  it('names a column that the file does not have, and one that it has', () => {
    const checked = mapping(
      { tags: { columns: ['tgs'] }, address: { template: '{street}' } },
      { regions: ['code'] },
    )
    expect(
      refusal(() => checkColumns(checked, ['id', 'name', 'lng', 'lat', 'tags', 'cod'], 'a.csv')),
    ).toMatchObject({
      code: 'invalid-mapping',
      errors: [
        { pointer: '/fields/tags', detail: '"tgs" is not a column of a.csv. Did you mean "tags"?' },
        { pointer: '/fields/address', detail: expect.stringContaining('"street"') },
        { pointer: '/regions/0', detail: expect.stringContaining('Did you mean "cod"?') },
      ],
    })
  })
})
