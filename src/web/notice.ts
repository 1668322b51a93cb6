// What stands in the list's stead or above it: errors with their remedy, empty answers, degraded ones; and toasts.
// Leaves deciding which to app.ts.
import { Problem } from './api.ts'
import { button, h } from './dom.ts'
import { icon, type IconName } from './icons.ts'
import { problemTexts } from './problem-texts.ts'
import { t } from './texts.ts'

interface Offer {
  readonly label: string
  readonly onPress: () => void
}

interface NoticeContent {
  readonly icon: IconName
  readonly title: string
  readonly lines: readonly (string | undefined)[]
  readonly offers?: readonly Offer[]
}

/** A failed answer: what the service says of it, value by value, and what to do. Shown as an alert. */
export function createError(error: unknown, offers: readonly Offer[]): HTMLElement {
  const problem = error instanceof Problem ? error : new Problem(0, { detail: String(error) })
  const offline = problem.status === 0
  const known = problemTexts(problem.code)
  const values = problem.errors.map(({ pointer, detail }) => `${pointer.replace(/^\//, '')} ${detail}`.trim())
  const notice = createNotice({
    icon: 'warning',
    title: t(offline ? 'errorOffline' : 'errorTitle'),
    // The service speaks English of single values: beside Korean words only the value itself is shown.
    lines: offline
      ? [problem.message, t('errorOfflineRemedy')]
      : known !== undefined
        ? [known.title, ...values.map(quoted), known.remedy]
        : [problem.title, ...(values.length > 0 ? values : [problem.message]), problem.remedy],
    offers,
  })
  notice.classList.add('is-error')
  notice.setAttribute('role', 'alert')
  return notice
}

/** The value that a detail quotes. */
const quoted = (detail: string) => /"([^"]+)"/.exec(detail)?.[1]

export function createNotice({ icon: name, title, lines, offers = [] }: NoticeContent): HTMLElement {
  return h(
    'div',
    { class: 'notice' },
    icon(name),
    h(
      'div',
      {},
      h('p', { class: 'notice-title' }, title),
      ...lines.filter((line) => line !== undefined && line !== '').map((line) => h('p', {}, line)),
      offers.length === 0
        ? undefined
        : h(
            'p',
            { class: 'offers' },
            ...offers.map(({ label, onPress }) => button({ class: 'pill' }, onPress, label)),
          ),
    ),
  )
}

// Long enough to read a name and a verb twice.
const TOAST_MS = 4000

/** Shows short messages, one at a time, that go by themselves. */
export function createToaster(element: HTMLElement): (message: string) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return (message) => {
    clearTimeout(timer)
    element.textContent = message
    element.hidden = false
    timer = setTimeout(() => (element.hidden = true), TOAST_MS)
  }
}
