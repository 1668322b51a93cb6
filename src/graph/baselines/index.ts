// The baselines by name. Leaves each to its file.
import type { Baseline } from './baseline.ts'
import { ease } from './ease.ts'
import { itemKnn } from './item-knn.ts'
import { lightGcn } from './lightgcn.ts'
import { mf } from './mf.ts'
import type { BaselineName } from './names.ts'
import { pinSage } from './pinsage.ts'
import { popularity } from './popularity.ts'
import { turboCf } from './turbo-cf.ts'

export const BASELINES: Readonly<Record<BaselineName, Baseline<object>>> = {
  popularity,
  'item-knn': itemKnn,
  ease,
  'turbo-cf': turboCf,
  mf,
  lightgcn: lightGcn,
  pinsage: pinSage,
}
