// The names of the baselines, for who asks for some: knows nothing of the models, so that it loads at once.

export const BASELINE_NAMES = [
  'popularity',
  'item-knn',
  'ease',
  'turbo-cf',
  'mf',
  'lightgcn',
  'pinsage',
] as const

export type BaselineName = (typeof BASELINE_NAMES)[number]
