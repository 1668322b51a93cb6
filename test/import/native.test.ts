import { describe, expect, it } from 'vitest'
import { nativeTable } from '../../src/import/native.ts'

describe('a JSON table in our own names', () => {
  const places = nativeTable('places', 'ndjson', ['id'], 'a.ndjson')
  const events = nativeTable('events', 'ndjson', ['userId'], 'e.ndjson')

  it('passes rows on as they are, so that unknown keys are found and late ones are kept', () => {
    const values = { id: 'a', names: { en: 'A' }, attributes: { parking: true }, foo: 1 }
    expect(places.toRow(values, 1)).toEqual({ value: values, categories: [], regions: [] })
  })

  it('brings the categories of its codes, with their ancestors', () => {
    expect(places.toRow({ categories: ['food/cafe', 'food/bar', 7] }, 1).categories).toEqual([
      { code: 'food/cafe', name: 'cafe' },
      { code: 'food', name: 'food' },
      { code: 'food/bar', name: 'bar' },
    ])
  })

  it('gives an event without an id the same one in every import', () => {
    const event = { userId: 'u', placeId: 'p', type: 'visit', at: '2026-05-01T09:00:00Z' }
    const { id } = events.toRow(event, 1).value
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(events.toRow(Object.fromEntries(Object.entries(event).toReversed()), 2).value['id']).toBe(id)
    expect(events.toRow({ ...event, type: 'save' }, 1).value['id']).not.toBe(id)
    expect(events.toRow({ ...event, id: 'mine' }, 1).value['id']).toBe('mine')
  })

  it('needs the time of an event: the import is not when it happened', () => {
    expect(() => events.toRow({ userId: 'u', placeId: 'p', type: 'visit' }, 1)).toThrow('/at is missing')
  })
})

describe('a CSV table in our own names', () => {
  it('has lists with "|", and dotted columns', () => {
    const columns = [
      'id',
      'name',
      'lng',
      'lat',
      'categories',
      'tags',
      'names.en',
      'attributes.wifi',
      'closed',
    ]
    const { toRow } = nativeTable('places', 'csv', columns, 'a.csv')
    const cells = ['1', '가', '127', '37', 'food/cafe|shop', '조용한|창가', 'Ga', 'Y', 'true']
    const row = toRow(Object.fromEntries(columns.map((column, index) => [column, cells[index]])), 2)
    expect(row.value).toEqual({
      id: '1',
      name: '가',
      lng: 127,
      lat: 37,
      categories: ['food/cafe', 'shop'],
      tags: ['조용한', '창가'],
      names: { en: 'Ga' },
      attributes: { wifi: true },
      closed: true,
    })
    expect(row.categories.map(({ code }) => code)).toEqual(['food', 'food/cafe', 'shop'])
  })

  it.each<[string, 'places' | 'events', string[], string]>([
    ['an unknown column', 'places', ['id', 'name', 'lng', 'lat', 'Tags'], 'Did you mean "tags"?'],
    ['a missing column', 'places', ['id', 'name', 'lng'], '/fields/lat is missing'],
    ['an unknown column of events', 'events', ['userId', 'placeId', 'type', 'at', 'place'], 'placeId'],
    ['events without times', 'events', ['userId', 'placeId', 'type'], '/fields/at is missing'],
  ])('is refused for %s', (_, target, columns, words) => {
    const refusal = () => nativeTable(target, 'csv', columns, 'a.csv')
    expect(refusal).toThrow(expect.objectContaining({ code: 'invalid-mapping' }))
    try {
      refusal()
    } catch (error) {
      const { message, errors } = error as { message: string; errors: { detail: string }[] }
      expect([message, ...errors.map(({ detail }) => detail)].join('\n')).toContain(words)
    }
  })
})
