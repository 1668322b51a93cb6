// Whose recommendations: the choice of a user in words, what is known of them, what a stranger did so far.
// Leaves the stranger's memory itself to memory.ts.
import type { UserView } from '../recommend/port.ts'
import { Problem, type Api } from './api.ts'
import { button, h } from './dom.ts'
import { formatShare, nameOf } from './format.ts'
import type { Memory } from './memory.ts'
import { t } from './texts.ts'
import type { Vocabulary } from './vocabulary.ts'

type Categories = Vocabulary['categories']

export interface People {
  /** Fetches the users, and then what each of them likes; resolves when all is shown. */
  load(): Promise<void>
  /** Shows the chosen user; one who is not in the list joins it. */
  choose(userId: string | undefined): void
  /** Fetches the chosen user again: their actions may have changed their tastes. */
  refresh(userId: string): Promise<void>
  showKnown(userId: string | undefined, memory: Memory): void
  /** Writes everything again in the language in use. */
  render(): void
}

const LISTED_USERS = 30
const PARALLEL_REQUESTS = 4
const NAMED_TASTES = 2

interface PeopleOptions {
  readonly select: HTMLSelectElement
  readonly known: HTMLElement
  readonly api: Api
  readonly categories: () => Categories
  readonly onChoose: (userId: string | undefined) => void
  readonly onForget: () => void
}

export function createPeople({ select, known, api, categories, onChoose, onForget }: PeopleOptions): People {
  const users = new Map<string, { events: number; view?: UserView }>()
  let chosen: string | undefined

  select.addEventListener('change', () => onChoose(select.value || undefined))

  function render(): void {
    select.replaceChildren(
      h('option', { value: '' }, t('stranger')),
      ...[...users].map(([id, user]) => h('option', { value: id }, describe(id, user, categories()))),
    )
    select.value = chosen ?? ''
  }

  /** A user of whom nothing is stored (404) is one to start with: they keep their id as label. */
  async function loadUser(id: string): Promise<void> {
    const view = await unless(404, api.user(id))
    if (view === undefined) return
    users.set(id, { events: view.events, view })
    const option = [...select.options].find((candidate) => candidate.value === id)
    if (option) option.textContent = describe(id, { events: view.events, view }, categories())
  }

  return {
    render,
    async load() {
      // Not every key may list users (403): the stranger and the user of the link are there all the same.
      const listed = (await unless(403, api.users(LISTED_USERS))) ?? []
      for (const { id, events } of listed) users.set(id, { events })
      if (chosen !== undefined && !users.has(chosen)) users.set(chosen, { events: 0 })
      render()
      const waiting = [...users.keys()]
      if (chosen !== undefined) waiting.unshift(...waiting.splice(waiting.indexOf(chosen), 1))
      const work = Array.from({ length: PARALLEL_REQUESTS }, async () => {
        for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await loadUser(id)
      })
      await Promise.all(work)
    },
    choose(userId) {
      chosen = userId
      if (userId !== undefined && !users.has(userId)) {
        users.set(userId, { events: 0 })
        render()
      }
      select.value = userId ?? ''
    },
    refresh: loadUser,
    showKnown(userId, memory) {
      const view = userId === undefined ? undefined : users.get(userId)?.view
      if (userId === undefined) known.replaceChildren(...strangerKnown(memory, onForget))
      else known.replaceChildren(...(view === undefined ? [] : [tastes(view, categories())]))
    },
  }
}

/** What was asked for, or undefined where the service answers with this status. */
async function unless<T>(status: number, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof Problem && error.status === status) return undefined
    throw error
  }
}

function describe(
  id: string,
  { events, view }: { events: number; view?: UserView },
  categories: Categories,
): string {
  const names = view?.topCategories.slice(0, NAMED_TASTES).map((taste) => tasteName(taste, categories)) ?? []
  return names.length === 0
    ? t('userUnknownLikes', { id, events })
    : t('userLikes', { id, names: names.join(', ') })
}

function tasteName({ code, name }: { code: string; name: string }, categories: Categories): string {
  const category = categories.get(code)
  return category === undefined ? name : nameOf(category)
}

function strangerKnown(memory: Memory, onForget: () => void): (Node | string)[] {
  const recent = memory.recent.length
  const hidden = memory.dislikes.length
  if (recent + hidden === 0) return [h('p', {}, t('strangerNew'))]
  return [
    h(
      'p',
      {},
      t('strangerKnown', { recent, hidden }),
      ' ',
      button({ class: 'link', id: 'forget' }, onForget, t('forget')),
    ),
  ]
}

function tastes({ topCategories }: UserView, categories: Categories): HTMLElement {
  return h(
    'ul',
    { class: 'tastes', 'aria-label': t('tastesOf') },
    ...topCategories
      .slice(0, 4)
      .map((taste) => h('li', {}, tasteName(taste, categories), ' ', h('b', {}, formatShare(taste.share)))),
  )
}
