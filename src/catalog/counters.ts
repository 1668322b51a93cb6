// The change feed's counters inside a transaction. Leaves what the numbers are given to to the writes beside it.
import type { Transaction } from 'kysely'
import type { CounterTable, Tables } from './schema.ts'

/** The counter's value; the row stays locked until the transaction ends, so that no other takes the same numbers. */
export async function lockCounter(trx: Transaction<Tables>, name: CounterTable['name']): Promise<number> {
  const { value } = await trx
    .insertInto('counters')
    .values({ name, value: 0 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet(({ ref }) => ({ value: ref('counters.value') })),
    )
    .returning('value')
    .executeTakeFirstOrThrow()
  return Number(value)
}

export async function setCounter(
  trx: Transaction<Tables>,
  name: CounterTable['name'],
  value: number,
): Promise<void> {
  await trx.updateTable('counters').set({ value }).where('name', '=', name).execute()
}
