// Are the hidden tastes found that the demo city's events were drawn from? Of every user the ten places that a model puts
// first among those that they have not acted on, by what they are worth to them (nDCG of DemoTruth.trueUtility). Beside
// popularity, and with --beside the trainer of another commit: by default the reference trainer of the first version.
//   --beside d7e07e6   --seeds 1,2,3   --dim 64   --json
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { eventStrength } from '../src/domain/event.ts'
import type { Place } from '../src/domain/place.ts'
import { buildGraph } from '../src/graph/interactions.ts'
import type { TrainInput } from '../src/graph/parameters.ts'
import { embeddingScorer, globalScorer, rankUsers, type Scorer } from '../src/graph/ranking.ts'
import { trainModel } from '../src/graph/train.ts'
import { generateDemoCity } from '../src/pipeline/demo-city/city.ts'
import { K, mean, ndcg } from '../src/pipeline/evaluate/demo/lists.ts'
import { trainInput } from '../src/pipeline/evaluate/train-input.ts'
import { placeDocument } from '../src/text/document.ts'

/** The last commit before training moved to WebAssembly. */
const REFERENCE = 'd7e07e6'
const DAY = Date.parse('2026-11-25T00:00:00+09:00')

const { values } = parseArgs({
  options: {
    beside: { type: 'string', default: REFERENCE },
    seeds: { type: 'string', default: '1,2,3' },
    dim: { type: 'string', default: '64' },
    json: { type: 'boolean', default: false },
  },
})
const dim = Number(values.dim)

type Train = (input: TrainInput, options: { dim: number; seed: number; threads: number }) => Promise<Vectors>
type Vectors = Pick<Awaited<ReturnType<typeof trainModel>>, 'userIds' | 'users' | 'places'>

const trainers: Record<string, Train> = { ours: trainModel, [values.beside]: await trainerOf(values.beside) }
const rows: { seed: number; by: string; worth: number; seconds?: number }[] = []
for (const seed of values.seeds.split(',').map(Number)) {
  const city = generateDemoCity({ seed, now: DAY })
  const input = await inputOf(city)
  const { userIds, weights } = buildGraph(input.events, input.placeIds)
  const everyone = userIds.map((_, user) => user)
  const best = userIds.map((userId, user) => {
    const known = new Set(weights.indices.subarray(weights.starts[user], weights.starts[user + 1]))
    const others = input.placeIds.filter((_, place) => !known.has(place))
    return new Map(others.map((id) => [id, city.truth.trueUtility(userId, id)]))
  })
  const worth = (scorer: Scorer) =>
    mean(
      rankUsers(scorer, weights, everyone, K).map((list, user) =>
        ndcg({ ids: Array.from(list, (place) => input.placeIds[place]), utilities: best[user] }),
      ),
    )
  for (const [by, train] of Object.entries(trainers)) {
    const started = performance.now()
    const vectors = await train(input, { dim, seed, threads: availableParallelism() })
    const seconds = (performance.now() - started) / 1000
    if (vectors.userIds.join() !== userIds.join()) throw new Error(`${by} knows other users`)
    rows.push({ seed, by, worth: worth(embeddingScorer(vectors, dim)), seconds })
  }
  const counts = new Float32Array(input.placeIds.length)
  for (const place of weights.indices) counts[place]++
  rows.push({ seed, by: 'popularity', worth: worth(globalScorer(counts)) })
}
if (values.json) console.log(JSON.stringify({ dim, rows }))
else console.table(rows)

/** Texts say everything of a place but where it is. */
function inputOf(city: ReturnType<typeof generateDemoCity>): Promise<TrainInput> {
  const names = new Map(city.categories.map(({ code, name }) => [code, name]))
  const vocabulary = { regionName: () => '', categoryName: (code: string) => names.get(code) ?? '' }
  const documents = city.places.map((place) =>
    placeDocument({ categories: [], ...place, regions: [], spots: [] } as Place, vocabulary),
  )
  return trainInput({
    placeIds: city.places.map(({ id }) => id),
    documents,
    positions: Float64Array.from(city.places.flatMap(({ lng, lat }) => [lng, lat])),
    train: city.events().map((event) => ({ ...event, strength: eventStrength(event) })),
  })
}

/** trainModel of a commit, from a checkout of its own. */
async function trainerOf(commit: string): Promise<Train> {
  const folder = mkdtempSync(join(tmpdir(), 'dongne-trainer-'))
  const checkout = join(folder, 'checkout')
  const git = (...args: string[]) => execFileSync('git', args, { stdio: ['ignore', 'ignore', 'inherit'] })
  process.on('exit', () => {
    rmSync(folder, { recursive: true })
    git('worktree', 'prune')
  })
  try {
    git('worktree', 'add', '--quiet', '--detach', checkout, commit)
  } catch {
    console.error(`--beside ${commit}: give a commit that this clone has (a shallow one has few).`)
    process.exit(1)
  }
  const module = (await import(pathToFileURL(join(checkout, 'src/graph/train.ts')).href)) as {
    trainModel: Train
  }
  return async (input, options) => module.trainModel(input, options)
}
