import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely'
import { describe, expect, it } from 'vitest'
import { arrayParameters } from '../../src/catalog/array-parameters.ts'
import type { Tables } from '../../src/catalog/schema.ts'

const db = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  plugins: [arrayParameters()],
})

describe('lists in queries for PostgreSQL', () => {
  it('of rows become one array a column, with its type', () => {
    const query = db
      .insertInto('places')
      .values([
        { id: 'a', revision: 1, body: '{}' },
        { id: 'b', revision: 2, body: null },
      ])
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({ body: row.ref('excluded.body') })),
      )
    expect(query.compile()).toMatchObject({
      sql:
        'insert into "places" ("id", "revision", "body") ' +
        'select * from unnest($1::text[], $2::bigint[], $3::text[]) ' +
        'on conflict ("id") do update set "body" = "excluded"."body"',
      parameters: [
        ['a', 'b'],
        [1, 2],
        ['{}', null],
      ],
    })
  })

  it('of bytes, fractions and counts have their types too', () => {
    const event = { id: 'e', user_id: 'u', place_id: 'p', type: 'view', at: 5, recommendation_id: null }
    const events = [1, 2].map((seq) => ({ ...event, seq, rating: 0.5, position: 3 }))
    expect(db.insertInto('events').values(events).compile().sql).toContain(
      '$5::bigint[], $6::text[], $7::bigint[], $8::double precision[], $9::integer[])',
    )
    const vector = Uint8Array.of(1)
    const vectors = ['h', 'g'].map((text_hash) => ({ model_id: 'm', text_hash, vector }))
    expect(db.insertInto('text_vectors').values(vectors).compile().sql).toContain('$3::bytea[])')
  })

  it('of ids become an array', () => {
    const query = db.selectFrom('places').select('id').where('id', 'in', ['a', 'b']).where('revision', '>', 4)
    expect(query.compile()).toMatchObject({
      sql: 'select "id" from "places" where "id" = any($1::text[]) and "revision" > $2',
      parameters: [['a', 'b'], 4],
    })
  })

  it('stay as they are where they are short, or hold expressions', () => {
    const one = { place_id: 'a', code: 'food' }
    const single = db.insertInto('place_categories').values([one]).compile()
    expect(single.sql).toBe('insert into "place_categories" ("place_id", "code") values ($1, $2)')
    const computed = db.insertInto('place_categories').values([one, { place_id: 'b', code: sql`lower('X')` }])
    expect(computed.compile().sql).toContain(`values ($1, $2), ($3, lower('X'))`)
  })
})
