// Which categories of different trees are one kind.
import { describe, expect, it } from 'vitest'
import { createVocabulary } from '../../../src/recommend/live/vocabulary.ts'

const kindsLike = (code: string, ...codes: string[]) =>
  createVocabulary({
    regions: [],
    spots: [],
    categories: [code, ...codes].map((each) => ({ code: each, name: each })),
  }).kindsLike([code])

describe('categories of one kind', () => {
  it('end in the same step, whatever their tree', () => {
    expect(kindsLike('bar', 'nightlife/bar', 'nightlife/club')).toEqual(['bar', 'nightlife/bar'])
  })

  it.each(['other', '기타', '미분류', 'uncategorized', 'unclassified', 'none', 'yes'])(
    'do not end in a step that says nothing of the place: %s',
    (step) => {
      expect(kindsLike(`shop/${step}`, `facility/${step}`)).toEqual([`shop/${step}`])
    },
  )
})
