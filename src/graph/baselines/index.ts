// The baselines by name. Leaves each to its file.
import { ease } from './ease.ts'
import { itemKnn } from './item-knn.ts'
import { lightGcn } from './lightgcn.ts'
import { mf } from './mf.ts'
import { pinSage } from './pinsage.ts'
import { popularity } from './popularity.ts'
import { turboCf } from './turbo-cf.ts'

export const BASELINES = {
  popularity,
  'item-knn': itemKnn,
  ease,
  'turbo-cf': turboCf,
  mf,
  lightgcn: lightGcn,
  pinsage: pinSage,
}

export type BaselineName = keyof typeof BASELINES
export const BASELINE_NAMES = Object.keys(BASELINES) as BaselineName[]
