// Item-based neighbours: a place is scored by its likeness to the user's places, over the nearest of each.
// Leaves the lists to item-lists.ts.
import { transpose } from '../../math/sparse.ts'
import { itemLists, listScorer, shrunkCosine } from '../item-lists.ts'
import type { Baseline } from './baseline.ts'

/** A user costs the square of their places; at this many the lists take a minute. */
const MAX_PAIR_VISITS = 5e9

/** More lowers ndcg on all three data sets that docs/evaluate.md names, or leaves it. */
const SIZE = 100

interface Settings {
  readonly shrinkage: number
  /** Whose nearest count: those of the user's places, or those of the place that is scored. */
  readonly nearestOf: 'own' | 'scored'
}

export const itemKnn: Baseline<Settings> = {
  paper:
    'Sarwar, Karypis, Konstan, Riedl: Item-Based Collaborative Filtering Recommendation Algorithms, WWW 2001; shrinkage of Bell and Koren, ICDM 2007',
  settings: [10, 20, 50].flatMap((shrinkage) => [
    { shrinkage, nearestOf: 'own' },
    { shrinkage, nearestOf: 'scored' },
  ]),
  limit({ rows, starts }) {
    let visits = 0
    for (let user = 0; user < rows; user++) visits += (starts[user + 1] - starts[user]) ** 2
    if (visits <= MAX_PAIR_VISITS) return undefined
    return `Users have ${visits} pairs of places; item-knn goes through ${MAX_PAIR_VISITS} at most.`
  },
  fit(train, { shrinkage, nearestOf }) {
    const lists = itemLists(train, shrunkCosine(shrinkage), SIZE)
    return listScorer(nearestOf === 'own' ? lists : transpose(lists), train)
  },
}
