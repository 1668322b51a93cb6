// An evaluation in lines for people. Leaves numbers to the report.
import { rankerLines } from '../ranker/lines.ts'
import type { ColdReport } from './cold-task.ts'
import type { RankingReport } from './ranking-task.ts'
import type { PlaceScores } from './contest.ts'
import type { GoingReport } from './going-task.ts'
import type { ReRankedReport } from './re-ranked.ts'
import type { Scores } from './report.ts'
import type { TogetherReport } from './together-task.ts'
import type { RivalScores, ToursReport } from './tours-task.ts'
import type { TourScores } from './tours/measures.ts'

export function linesOf(
  report: RankingReport | ColdReport | GoingReport<'area' | 'next'> | TogetherReport | ToursReport,
): string[] {
  const cost =
    `${report.seconds.toFixed(1)} s, ${report.cpuSeconds.toFixed(1)} CPU s, ` +
    `${Math.round(report.peakMb)} MB at most`
  switch (report.task) {
    case 'ranking':
      return [...rankingLines(report), `dim ${report.dim}, ${cost}`]
    case 'cold':
      return [...coldLines(report), `dim ${report.dim}, ${cost}`]
    case 'area':
    case 'next':
      return [...goingLines(report), `dim ${report.dim}, ${cost}`]
    case 'together':
      return [...togetherLines(report), `dim ${report.dim}, ${cost}`]
    case 'tours':
      return [...toursLines(report), cost]
    default:
      return report satisfies never
  }
}

function rankingLines(report: RankingReport): string[] {
  const { intervals, slices, fused, baselines } = report
  const [low, high] = intervals['recall@20']
  return [
    row('embedding', report) + `   95 %: ${low.toFixed(4)}-${high.toFixed(4)}`,
    ...slices.map((slice) => row(`  ${slice.trainPlaces} train places`, slice) + `   ${slice.users} users`),
    ...(fused === undefined ? [] : [row('fused', fused) + `   weight ${fused.weight}`]),
    ...Object.entries(baselines).map(([name, scores]) =>
      'skipped' in scores ? `${name.padEnd(22)} skipped: ${scores.skipped}` : row(name, scores),
    ),
  ]
}

function coldLines({ amongCold, amongAll, coldPlaces, places, users, newUsers }: ColdReport): string[] {
  const contests = { [`among ${coldPlaces} cold places`]: amongCold, [`among all ${places}`]: amongAll }
  return [
    `${users} users go to a cold place`,
    ...Object.entries(contests).flatMap(([name, { kept, ...sides }]) => [
      `${name}: cold keeps ${(100 * kept).toFixed(0)} % of warm`,
      ...Object.entries(sides).map(([side, scores]) => row(`  ${side}`, scores)),
    ]),
    `${newUsers.coldUsers} users are new`,
    row('  warm', newUsers.warm),
    row('  popularity', newUsers.popularity),
    ...newUsers.known.flatMap(({ events, ours, kept, baselines }) => [
      row(`  ${events} events known`, ours) + `   ${(100 * kept).toFixed(0)} % of warm`,
      ...Object.entries(baselines).map(([name, scores]) => row(`    ${name}`, scores)),
    ]),
  ]
}

function toursLines(report: ToursReport): string[] {
  const { intervals, slices, baselines, without, trajectories, allTrajectories } = report
  return [
    `${trajectories} tours asked, of ${allTrajectories}`,
    `${tourRow('tours', report)}   95 %: ${tourSpans(intervals)}`,
    ...slices.map((slice) => tourRow(`  ${slice.length} places`, slice) + `   ${slice.trajectories} tours`),
    ...Object.entries(baselines).map(([name, scores]) => rivalRow(name, scores)),
    ...Object.entries(without).map(([name, scores]) => rivalRow(`without ${name}`, scores)),
  ]
}

function rivalRow(name: string, scores: RivalScores): string {
  return `${tourRow(name, scores)}   ours is ahead by ${tourSpans(scores.ahead)}`
}

function tourSpans({ f1, pairsF1 }: ToursReport['intervals']): string {
  return [f1, pairsF1].map(([low, high]) => `${low.toFixed(4)} to ${high.toFixed(4)}`).join(', ')
}

function tourRow(name: string, { f1, pairsF1 }: TourScores): string {
  return `${name.padEnd(22)} F1 ${f1.toFixed(4)}  pairs-F1 ${pairsF1.toFixed(4)}`
}

function goingLines(report: GoingReport): string[] {
  const { asked, candidates, places, slices, baselines, without, ranker, overBest } = report
  return [
    `${asked} visits asked about, ${Math.round(candidates)} of ${places} places to choose from on average`,
    placeRow('ours', report) + `   ${overBest.ratio.toFixed(2)} × ${overBest.baseline}`,
    ...Object.entries(baselines).map(([name, scores]) =>
      'skipped' in scores ? `  ${name.padEnd(20)} skipped: ${scores.skipped}` : placeRow(`  ${name}`, scores),
    ),
    'without',
    ...Object.entries(without).map(([name, scores]) => placeRow(`  ${name}`, scores)),
    ...Object.entries(slices).flatMap(([name, { moments, baselines: others, ...own }]) => [
      placeRow(name, own) +
        `   ${moments} visits${name === 'thin' ? `, up to ${report.thinPlaces} places` : ''}`,
      ...Object.entries(others).map(([other, scores]) => placeRow(`  ${other}`, scores)),
    ]),
    ...(report.reRanked === undefined ? [] : reRankedLines(report.reRanked)),
    ...rankerLines(ranker),
  ]
}

function reRankedLines({ variants, ringed }: ReRankedReport): string[] {
  const rows = (of: ReRankedReport['variants']) =>
    Object.entries(of).map(
      ([name, scores]) => placeRow(`  ${name}`, scores) + `   costs ${(100 * scores.cost).toFixed(1)} %`,
    )
  return [
    're-ranked',
    ...rows(variants),
    placeRow('around the user', ringed.ours) + `   ${ringed.moments} visits; re-ranked`,
    ...rows(ringed.variants),
  ]
}

function togetherLines(report: TogetherReport): string[] {
  const { asked, candidates, places, baselines, without, slices } = report
  const rows = (scores: Readonly<Record<string, PlaceScores>>) =>
    Object.entries(scores).map(([name, of]) => placeRow(`  ${name}`, of))
  return [
    `${asked} steps of outings, ${Math.round(candidates)} of ${places} places to choose from on average`,
    placeRow('ours', report),
    ...rows(baselines),
    'without',
    ...rows(without),
    ...Object.entries(slices).flatMap(([name, slice]) => [
      placeRow(name, slice) + `   ${slice.moments} steps`,
      ...rows(slice.baselines),
    ]),
  ]
}

function placeRow(name: string, scores: PlaceScores): string {
  return `${name.padEnd(22)} recall@10 ${scores['recall@10'].toFixed(4)}  mrr ${scores.mrr.toFixed(4)}`
}

function row(name: string, scores: Scores): string {
  return `${name.padEnd(22)} recall@20 ${scores['recall@20'].toFixed(4)}  ndcg@20 ${scores['ndcg@20'].toFixed(4)}`
}
