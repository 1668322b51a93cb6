// The review file of matching: a CSV of pairs with score, decision and why, for people to edit.
// Leaves what a decision does to match.ts.
import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import { replaceDurably } from '../../durable-files.ts'
import { DongneError } from '../../errors.ts'

export const DECISIONS = ['same', 'different', 'unsure'] as const
export type Decision = (typeof DECISIONS)[number]

/** `decision` is in force; where it differs from `proposed` a person wrote it, and it stays. */
export interface ReviewRow {
  readonly decision: Decision
  readonly proposed: Decision
  readonly score: number
  readonly why: string
  /** The place that is kept where both are one, and the other one. */
  readonly keep: string
  readonly keepName: string
  readonly other: string
  readonly otherName: string
}

const COLUMNS = ['decision', 'proposed', 'score', 'why', 'keep', 'keepName', 'other', 'otherName'] as const

/** One key for a pair, whichever comes first. */
export function pairKey(a: string, b: string): string {
  return JSON.stringify(a < b ? [a, b] : [b, a])
}

/** The rows by pair; empty where there is no file. Throws file-corrupt for what is no decision. */
export async function readReviews(path: string): Promise<Map<string, ReviewRow>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw error
  }
  const rows = parse(text, { columns: true, bom: true, skip_empty_lines: true }) as Record<string, string>[]
  return new Map(
    rows.map((row, index) => {
      const decision = row['decision']?.trim().toLowerCase()
      if (!isDecision(decision) || !isDecision(row['proposed']) || !row['keep'] || !row['other']) {
        throw new DongneError(
          'file-corrupt',
          `${path}, row ${index + 1}: the decision has to be ${DECISIONS.join(', ')} (got "${row['decision'] ?? ''}").`,
        )
      }
      const { score, why = '', keep, keepName = '', other, otherName = '' } = row
      const review = {
        decision,
        proposed: row['proposed'],
        score: Number(score),
        why,
        keep,
        keepName,
        other,
        otherName,
      }
      return [pairKey(keep, other), review] as const
    }),
  )
}

/** Those that a person has to decide first, then by score. */
export async function writeReviews(path: string, reviews: Iterable<ReviewRow>): Promise<void> {
  const rows = [...reviews].sort(
    (a, b) =>
      Number(b.decision === 'unsure') - Number(a.decision === 'unsure') ||
      b.score - a.score ||
      (pairKey(a.keep, a.other) < pairKey(b.keep, b.other) ? -1 : 1),
  )
  const lines = rows.map((row) => COLUMNS.map((column) => cell(String(row[column]))).join(','))
  await replaceDurably(path, Buffer.from(`${[COLUMNS.join(','), ...lines].join('\n')}\n`))
}

function cell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function isDecision(text: string | undefined): text is Decision {
  return (DECISIONS as readonly (string | undefined)[]).includes(text)
}
