// Asks for an API key in a dialog. Leaves keeping and sending it to api.ts.
import type { Problem } from './api.ts'
import { byId } from './dom.ts'
import { t } from './texts.ts'

/** Resolves with the key that was entered; a refused key (403, or 401 after one was sent) is asked for again. */
export function askForKey(problem?: Problem): Promise<string> {
  const dialog = byId<HTMLDialogElement>('key-dialog')
  const input = byId<HTMLInputElement>('key')
  const refused = byId('key-refused')
  const wasTried = input.value !== ''
  refused.hidden = problem === undefined || !wasTried
  refused.textContent = t('keyRefused', { detail: problem?.message ?? '' })
  dialog.showModal()
  input.select()
  return new Promise((resolve) => {
    // Esc would leave a page that can ask nothing: the dialog stays until a key is there.
    dialog.addEventListener('cancel', (event) => event.preventDefault())
    byId<HTMLFormElement>('key-form').addEventListener('submit', () => resolve(input.value.trim()), {
      once: true,
    })
  })
}
