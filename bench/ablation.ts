// What is each part of the model worth? Each is left out in turn, and the rest trained as it would be; scored on the
// validation slice of train, as test is for figures that are reported once.
//   --data gowalla   --dim 64   --epochs N   --threads 2   --seeds 1,2,3   --json
import { existsSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { chooseFusionWeight, fusedScorer, fusionLists } from '../src/graph/fusion.ts'
import type { TrainInput } from '../src/graph/parameters.ts'
import { scoreLists, scoreRanking } from '../src/graph/ranking.ts'
import { trainModel, type TrainOptions } from '../src/graph/train.ts'
import { READERS, type VisitFormat } from '../src/pipeline/datasets/formats.ts'
import { trainInput } from '../src/pipeline/evaluate/train-input.ts'
import { sharedData } from '../test/shared-data.ts'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    data: { type: 'string', default: 'foursquare-nyc' },
    dim: { type: 'string', default: '64' },
    epochs: { type: 'string' },
    threads: { type: 'string', default: String(availableParallelism()) },
    seeds: { type: 'string', default: '1,2,3' },
  },
})

const FORMATS: Readonly<Record<string, VisitFormat>> = {
  'foursquare-nyc': 'foursquare',
  'foursquare-vldb17': 'vldb17',
  gowalla: 'lightgcn',
}

const WITHOUT: Readonly<Record<string, Partial<TrainOptions>>> = {
  nothing: {},
  'spectral start': { start: 'random' },
  'leave one out': { leaveOneOut: false },
  bias: { biased: false },
  propagation: { layers: 0 },
  'bilateral loss': { sharpness: 0 },
  text: {},
}

const folder = sharedData(values.data)
if (!existsSync(folder)) {
  console.error(`skipped: ${values.data} is absent`)
  process.exit()
}
const seeds = values.seeds.split(',').map(Number)
const dim = Number(values.dim)
const input = await trainInput(await READERS[FORMATS[values.data]](folder))
const noText: TrainInput = { ...input, textVectors: new Float32Array(0), textDim: 0 }

const rows: { without: string; recall: number; ndcg: number; seconds: number }[] = []
for (const [without, options] of Object.entries(WITHOUT)) {
  if (without === 'text' && input.textDim === 0) continue
  let [recall, ndcg, seconds] = [0, 0, 0]
  let [fusedRecall, fusedNdcg] = [0, 0]
  for (const seed of seeds) {
    const started = performance.now()
    const { slice } = await trainModel(without === 'text' ? noText : input, {
      ...options,
      dim,
      seed,
      threads: Number(values.threads),
      ...(values.epochs !== undefined && { epochs: Number(values.epochs) }),
    })
    seconds += (performance.now() - started) / 1000 / seeds.length
    const scores = scoreRanking(slice.vectors, slice.held, dim)
    recall += scores.recall / seeds.length
    ndcg += scores.ndcg / seeds.length
    if (without !== 'nothing') continue
    const { vectors, held } = slice
    const weight = chooseFusionWeight(vectors, dim, held)
    const fused = scoreLists(fusedScorer(vectors, dim, fusionLists(held.train), held.train, weight), held)
    fusedRecall += fused.recall / seeds.length
    fusedNdcg += fused.ndcg / seeds.length
  }
  if (without === 'nothing') {
    rows.push({ without: 'nothing, with fusion', recall: fusedRecall, ndcg: fusedNdcg, seconds })
  }
  rows.push({ without, recall, ndcg, seconds })
}

const machine = `${cpus().length} × ${cpus()[0].model}, Node ${process.versions.node}`
if (values.json) console.log(JSON.stringify({ machine, data: values.data, dim, seeds, rows }))
else {
  console.log(`${values.data}, dim ${dim}, seeds ${values.seeds}, validation slice, ${machine}`)
  console.table(rows)
}
