// The log of recommendations: impressions with what came of them, from the event log of a catalog or from a file.
// Leaves estimates to off-policy.ts.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Type, type Static } from 'typebox'
import type { CatalogReader } from '../../catalog/port.ts'
import { ChoiceSchema, eventStrength, ExperimentsSchema, PropensitySchema } from '../../domain/event.ts'
import { createParser } from '../../domain/schema.ts'
import { DongneError } from '../../errors.ts'

export const LoggedRowSchema = Type.Object(
  {
    userId: Type.Optional(Type.String()),
    recommendationId: Type.Optional(Type.String()),
    placeId: Type.Optional(Type.String()),
    position: Type.Optional(Type.Integer({ minimum: 0 })),
    at: Type.Optional(Type.Number({ description: 'Milliseconds since 1970' })),
    propensity: Type.Optional(PropensitySchema),
    choice: Type.Optional(ChoiceSchema),
    experiments: Type.Optional(ExperimentsSchema),
    reward: Type.Number({
      description: '1 where a liking action followed on the same list and place, else 0',
    }),
  },
  { additionalProperties: false },
)

export type LoggedRow = Static<typeof LoggedRowSchema>

const parseRow = createParser(LoggedRowSchema)

/** Impressions in the order of the log, each list and place once. Reads the log twice. */
export async function* loggedRows(catalog: CatalogReader): AsyncGenerator<LoggedRow> {
  const liked = new Set<string>()
  const key = (event: { recommendationId?: string; placeId: string }) =>
    `${event.recommendationId} ${event.placeId}`
  for await (const batch of catalog.events({ since: 0 })) {
    for (const event of batch)
      if (event.recommendationId !== undefined && eventStrength(event) > 0) liked.add(key(event))
  }
  const seen = new Set<string>()
  for await (const batch of catalog.events({ since: 0 })) {
    for (const event of batch) {
      if (event.type !== 'impression' || event.recommendationId === undefined || seen.has(key(event)))
        continue
      seen.add(key(event))
      const { userId, placeId, at, recommendationId, position, propensity, choice, experiments } = event
      yield {
        userId,
        recommendationId,
        placeId,
        ...(position !== undefined && { position }),
        at,
        ...(propensity !== undefined && { propensity }),
        ...(choice !== undefined && { choice }),
        ...(experiments !== undefined && { experiments: [...experiments] }),
        reward: liked.has(key(event)) ? 1 : 0,
      }
    }
  }
}

/** Rows of an NDJSON file, as `export --what recommendations` writes them. Throws invalid-dataset with the line. */
export async function* rowsOfFile(path: string): AsyncGenerator<LoggedRow> {
  let line = 0
  try {
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      line++
      if (text.trim() !== '') yield parseRow(JSON.parse(text))
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const problem = line === 0 ? `cannot be read (${code ?? message})` : `line ${line}: ${message}`
    throw new DongneError('invalid-dataset', `${path}: ${problem}`, { cause })
  }
}
