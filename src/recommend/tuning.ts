// What of the pipeline is set from outside: steps and sources that are off, and experiments whose arms override
// weights, sources and steps.
// Leaves reading the file to app.ts, the steps to re-rank/, the weights' meaning to rank.ts.
import { Type, type Static, type TSchema } from 'typebox'
import { createParser } from '../domain/schema.ts'
import { DongneError, type ErrorDetail } from '../errors.ts'
import { SWITCHED_SOURCES, type SwitchedSource } from './candidates/candidate.ts'
import { FEATURE_NAMES, WEIGHTS, type Weights } from './ranking/rank.ts'
import { chance } from './re-rank/chance.ts'
import { CALL_STEPS, STEP_NAMES, type CallName, type StepName } from './re-rank/names.ts'

const CALLS = Object.keys(CALL_STEPS) as CallName[]
const Name = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,39}$', description: 'Lower-case, digits and -' })

/** An object of which every name may be there, and no other. */
const anyOf = <T extends TSchema>(names: readonly string[], value: T) =>
  Type.Object(Object.fromEntries(names.map((name) => [name, Type.Optional(value)])), {
    additionalProperties: false,
  })

const StepsSchema = anyOf(STEP_NAMES, Type.Boolean())
const SOURCE_NAMES = Object.keys(SWITCHED_SOURCES) as SwitchedSource[]
const SourcesSchema = anyOf(SOURCE_NAMES, Type.Boolean())
const WeightsSchema = anyOf(FEATURE_NAMES, Type.Number())

export const TuningSchema = Type.Object(
  {
    steps: Type.Optional(StepsSchema),
    sources: Type.Optional(SourcesSchema),
    weights: Type.Optional(anyOf(CALLS, WeightsSchema)),
    experiments: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Name,
            share: Type.Optional(
              Type.Number({ minimum: 0, maximum: 1, description: 'Of users; 1 by default' }),
            ),
            arms: Type.Array(
              Type.Object(
                {
                  name: Name,
                  weight: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: '1 by default' })),
                  steps: Type.Optional(StepsSchema),
                  sources: Type.Optional(SourcesSchema),
                  weights: Type.Optional(anyOf(CALLS, WeightsSchema)),
                },
                { additionalProperties: false },
              ),
              { minItems: 2, maxItems: 20 },
            ),
          },
          { additionalProperties: false },
        ),
        { maxItems: 50 },
      ),
    ),
  },
  { additionalProperties: false },
)

type StepSwitches = { readonly [S in StepName]?: boolean }

type SourceSwitches = { readonly [S in SwitchedSource]?: boolean }

type CallWeights = { readonly [C in CallName]?: Weights }

interface Arm {
  readonly name: string
  readonly weight?: number
  readonly steps?: StepSwitches
  readonly sources?: SourceSwitches
  readonly weights?: CallWeights
}

export interface Experiment {
  readonly name: string
  readonly share?: number
  readonly arms: readonly Arm[]
}

export interface Tuning {
  readonly steps?: StepSwitches
  readonly sources?: SourceSwitches
  readonly weights?: CallWeights
  readonly experiments?: readonly Experiment[]
}

const parseShape = createParser(TuningSchema)

/** Throws invalid-tuning with pointers, also for names that are there twice. */
export function parseTuning(value: unknown): Tuning {
  let tuning: Tuning
  try {
    tuning = parseShape(value) as Static<typeof TuningSchema> as Tuning
  } catch (error) {
    if (!(error instanceof DongneError)) throw error
    throw new DongneError('invalid-tuning', error.message, { errors: error.errors, cause: error })
  }
  const errors: ErrorDetail[] = []
  const noteTwice = (names: readonly string[], pointer: (index: number) => string) =>
    names.forEach((name, index) => {
      if (names.indexOf(name) < index)
        errors.push({ pointer: pointer(index), detail: `"${name}" is there twice` })
    })
  const experiments = tuning.experiments ?? []
  noteTwice(
    experiments.map(({ name }) => name),
    (index) => `/experiments/${index}/name`,
  )
  experiments.forEach(({ arms }, at) =>
    noteTwice(
      arms.map(({ name }) => name),
      (index) => `/experiments/${at}/arms/${index}/name`,
    ),
  )
  if (errors.length > 0) {
    throw new DongneError(
      'invalid-tuning',
      errors.map(({ pointer, detail }) => `${pointer} ${detail}`).join('; '),
      {
        errors,
      },
    )
  }
  return tuning
}

/** What holds for one user and call. */
export interface Assignment {
  /** As "experiment:arm", in the order of the experiments; none for who has no id. */
  readonly experiments: readonly string[]
  readonly steps: ReadonlySet<StepName>
  readonly sources: ReadonlySet<SwitchedSource>
  /** 'learnt' where none are given for a call that is ranked by what was learnt. */
  readonly weights: Weights | 'learnt'
}

/**
 * The arms of a user: by hash of experiment and user, so that they stay for as long as the experiment keeps its name, its
 * share and its arms, and are independent between experiments. Later experiments override earlier ones.
 */
export function assign(tuning: Tuning, call: CallName, userId: string | undefined): Assignment {
  const switches: Record<string, boolean | undefined> = { ...tuning.steps }
  const sources: Record<SwitchedSource, boolean> = { ...SWITCHED_SOURCES, ...tuning.sources }
  let weights = overridden(
    call in WEIGHTS ? WEIGHTS[call as keyof typeof WEIGHTS] : 'learnt',
    tuning.weights?.[call],
  )
  const experiments: string[] = []
  if (userId !== undefined) {
    for (const experiment of tuning.experiments ?? []) {
      const arm = armOf(experiment, userId)
      if (arm === undefined) continue
      experiments.push(`${experiment.name}:${arm.name}`)
      Object.assign(switches, arm.steps)
      Object.assign(sources, arm.sources)
      weights = overridden(weights, arm.weights?.[call])
    }
  }
  return {
    experiments,
    steps: new Set(CALL_STEPS[call].filter((name) => switches[name] !== false)),
    sources: new Set(SOURCE_NAMES.filter((name) => sources[name])),
    weights,
  }
}

function overridden(weights: Weights | 'learnt', by: Weights | undefined): Weights | 'learnt' {
  if (by === undefined) return weights
  return weights === 'learnt' ? by : { ...weights, ...by }
}

/** Undefined for users outside the experiment's share. */
export function armOf({ name, share = 1, arms }: Experiment, userId: string): Arm | undefined {
  if (chance(`${name} share ${userId}`) >= share) return undefined
  const total = arms.reduce((sum, { weight = 1 }) => sum + weight, 0)
  let left = chance(`${name} arm ${userId}`) * total
  return arms.find(({ weight = 1 }) => (left -= weight) < 0) ?? arms[arms.length - 1]
}
