import { describe, expect, it } from 'vitest'
import { isShown, MAX_SHOWN, nextPageToken, readPage } from '../../src/recommend/page.ts'

const request: object = { where: { regions: ['11'] }, limit: 10, locale: 'ko' }

describe('a page token', () => {
  it('carries the moment, the recommendation and what was shown', () => {
    const first = readPage(request, 1234)
    const pageToken = nextPageToken(request, first, ['a', '카페-1'])!
    const second = readPage({ ...request, pageToken }, 9999)
    expect(second).toMatchObject({ now: 1234, recommendationId: first.recommendationId })
    expect(['a', '카페-1', 'b'].map((id) => isShown(second, id))).toEqual([true, true, false])
    const third = readPage(
      { ...request, pageToken: nextPageToken(request, second, ['b'])! } as typeof request,
      0,
    )
    expect(['a', 'b', 'c'].map((id) => isShown(third, id))).toEqual([true, true, false])
  })

  it('continues with another page size, language or key order, but not with another question', () => {
    const pageToken = nextPageToken(request, readPage(request, 0), ['a'])!
    expect(
      readPage({ locale: 'en', limit: 3, where: { regions: ['11'] }, pageToken } as object, 0).shown.size,
    ).toBe(1)
    expect(() => readPage({ ...request, where: { regions: ['26'] }, pageToken } as object, 0)).toThrow(
      expect.objectContaining({ code: 'invalid-page-token' }),
    )
  })

  it.each(['x', 'AAAA', 'not base64 !', 'A'.repeat(60)])('refuses %s', (pageToken) => {
    expect(() => readPage({ ...request, pageToken } as object, 0)).toThrow(
      expect.objectContaining({
        code: 'invalid-page-token',
        errors: [expect.objectContaining({ pointer: '/pageToken' })],
      }),
    )
  })

  it('ends before a token outgrows the request schema', () => {
    const ids = Array.from({ length: MAX_SHOWN - 1 }, (_, index) => `place-${index}`)
    expect(nextPageToken(request, readPage(request, 0), ids)!.length).toBeLessThanOrEqual(4000)
    expect(nextPageToken(request, readPage(request, 0), [...ids, 'one more'])).toBeUndefined()
  })
})
