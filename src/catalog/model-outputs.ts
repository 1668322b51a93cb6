// Kept outputs of language models. Leaves transactions and the port to kysely-catalog.ts, asking to text/.
import type { Kysely, Transaction } from 'kysely'
import type { ModelOutput, ModelOutputKey } from './port.ts'
import type { Tables } from './schema.ts'

export async function readModelOutput(
  db: Kysely<Tables>,
  key: ModelOutputKey,
): Promise<ModelOutput | undefined> {
  const row = await db
    .selectFrom('model_outputs')
    .select(['output', 'at'])
    .where('model_id', '=', key.modelId)
    .where('prompt_name', '=', key.promptName)
    .where('prompt_version', '=', key.promptVersion)
    .where('input_hash', '=', key.inputHash)
    .executeTakeFirst()
  return row && { output: JSON.parse(row.output) as unknown, at: Number(row.at) }
}

export async function saveModelOutput(
  trx: Transaction<Tables>,
  { modelId, promptName, promptVersion, inputHash }: ModelOutputKey,
  { output, at }: ModelOutput,
): Promise<void> {
  await trx
    .insertInto('model_outputs')
    .values({
      model_id: modelId,
      prompt_name: promptName,
      prompt_version: promptVersion,
      input_hash: inputHash,
      output: JSON.stringify(output),
      at,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['model_id', 'prompt_name', 'prompt_version', 'input_hash'])
        .doUpdateSet((row) => ({ output: row.ref('excluded.output'), at: row.ref('excluded.at') })),
    )
    .execute()
}
