// Shelves and courses as numbered lists of places.
import { describe, expect, it } from 'vitest'
import type { Course } from '../../src/domain/course.ts'
import { toPage } from '../../src/web/pages.ts'

const item = (id: string) => ({ place: { id }, score: 1, reasons: [] })

describe('a page of shelves', () => {
  it('begins each shelf with its title, and shows a place once', () => {
    const { items, nextPageToken } = toPage(
      { call: 'themes' },
      {
        recommendationId: 'r',
        nextPageToken: 'n',
        items: [
          { id: 'date', title: '데이트', source: 'curated', places: 2, items: [item('a'), item('b')] },
          { id: 'tag:x', title: '#x', source: 'tag', places: 2, items: [item('b'), item('c')] },
        ],
      },
    )
    expect(items.map(({ place, shelf }) => [place.id, shelf?.title])).toEqual([
      ['a', '데이트'],
      ['b', undefined],
      ['c', '#x'],
    ])
    expect(nextPageToken).toBe('n')
  })
})

describe('a page of courses', () => {
  const stop = {
    place: { id: 'a' },
    role: 'meal',
    arriveAt: '2026-11-25T12:00:00+09:00',
    leaveAt: '2026-11-25T13:00:00+09:00',
    stayMinutes: 60,
    travelMinutes: 0,
    distanceMeters: 0,
    open: true,
    reasons: [],
    alternatives: [],
  } as const

  it('is the stops of the first, with their times', () => {
    const courses = [{ stops: [stop] }, { stops: [] }] as unknown as Course[]
    const page = toPage({ call: 'courses' }, { recommendationId: 'r', items: courses })
    expect(page.courses).toEqual(courses)
    expect(page.items).toEqual([
      expect.objectContaining({
        place: { id: 'a' },
        open: true,
        stop: expect.objectContaining({ stayMinutes: 60 }),
      }),
    ])
  })

  it('is empty without a course', () => {
    const page = toPage({ call: 'courses' }, { recommendationId: 'r', items: [], explanation: '없어요' })
    expect(page).toMatchObject({ items: [], explanation: '없어요' })
  })
})
