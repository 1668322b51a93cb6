// The map page in Chromium, on the real demo: what a reader sees, presses and types.
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { PlaceView } from '../../src/domain/place.ts'
import type { Region } from '../../src/domain/region.ts'
import { startDemo } from '../demo-server.ts'
import { answered, cardIds, mapAtRest, markerIds, settled } from './browser.ts'
import { useDemoPage } from './demo-page.ts'

const demo = useDemoPage()

async function places(ids: readonly string[]): Promise<PlaceView[]> {
  const answers = await Promise.all(
    ids.map((id) => demo.server.call<PlaceView>('GET', `/v1/places/${encodeURIComponent(id)}`)),
  )
  return answers.map(({ body }) => body)
}

const firstUser = async (index = 0): Promise<string> => {
  const { body } = await demo.server.call<{ users: { id: string }[] }>('GET', '/v1/users?limit=30')
  return body.users[index].id
}

describe('the map page', () => {
  it('loads without errors in the console and without asking any other host', async () => {
    const { page, problems, requested } = await demo.open()
    await mapAtRest(page)
    expect(problems).toEqual([])
    const hosts = new Set(
      requested.filter((url) => !/^(blob|data):/.test(url)).map((url) => new URL(url).origin),
    )
    expect([...hosts]).toEqual([demo.server.url.replace(/\/$/, '')])
    expect(requested.some((url) => url.endsWith('.mvt'))).toBe(true)
  })

  it('shows a numbered marker for every card, in the same order, at the place', async () => {
    const { page } = await demo.open()
    const cards = await cardIds(page)
    expect(cards).toHaveLength(10)
    expect(await markerIds(page)).toEqual(cards)
    const numbers = await page.locator('.card .number').allTextContents()
    expect(numbers).toEqual(cards.map((_, index) => String(index + 1)))

    const [lng, lat, zoom] = await viewOf(page)
    const map = (await page.locator('#map').boundingBox())!
    const centre = mercator(lng, lat)
    for (const place of await places(cards)) {
      const box = (await page.locator(`.marker[data-id="${place.id}"]`).boundingBox())!
      const at = mercator(place.lng, place.lat)
      const pixels = 512 * 2 ** zoom
      const expected = {
        x: map.x + map.width / 2 + (at.x - centre.x) * pixels,
        y: map.y + map.height / 2 + (at.y - centre.y) * pixels,
      }
      // The tip of the pin; the link rounds the view to about a pixel.
      expect(Math.abs(box.x + box.width / 2 - expected.x)).toBeLessThan(3)
      expect(Math.abs(box.y + box.height - expected.y)).toBeLessThan(3)
    }
  })

  it('gives every card a reason in words', async () => {
    const { page } = await demo.open()
    const reasons = await page
      .locator('.card')
      .evaluateAll((cards) => cards.map((card) => card.querySelector('.reason')?.textContent ?? ''))
    expect(reasons.filter((reason) => reason.trim() === '')).toEqual([])
  })

  it('links a card and its marker while the pointer is on either', async () => {
    const { page } = await demo.open()
    const id = (await cardIds(page))[2]
    await page.locator('.card').nth(2).hover()
    expect(await page.locator('.marker.is-pointed').getAttribute('data-id')).toBe(id)
    await mapAtRest(page)
    const last = page.locator('.marker').first()
    await last.focus()
    expect(await page.locator('.card.is-pointed').getAttribute('data-id')).toBe(
      await last.getAttribute('data-id'),
    )
  })

  it('shows other places to a user than to a stranger, and labels users by their tastes', async () => {
    const { page } = await demo.open('#mode=taste')
    const strangers = await cardIds(page)
    const user = await firstUser()
    await answered(page, 'taste', () => page.locator('#who').selectOption(user))
    expect(await cardIds(page)).not.toEqual(strangers)
    await page.locator('.tastes li').first().waitFor()
    const { body } = await demo.server.call<{ topCategories: { name: string }[] }>('GET', `/v1/users/${user}`)
    const label = await page.locator('#who option:checked').textContent()
    expect(label).toContain(body.topCategories[0].name)
    expect(new URL(page.url()).hash).toContain(`user=${encodeURIComponent(user)}`)
  })

  it('narrows the list to a region, and further to what is open now', async () => {
    const { page } = await demo.open('#mode=taste')
    const { body } = await demo.server.call<{ regions: Region[] }>('GET', '/v1/regions')
    const option = page.locator('#region-0 option').nth(1)
    const code = (await option.getAttribute('value')) ?? ''
    expect(body.regions.map((region) => region.code)).toContain(code)
    await answered(page, 'taste', () => page.locator('#region-0').selectOption(code))
    const inRegion = await places(await cardIds(page))
    expect(inRegion.length).toBeGreaterThan(0)
    expect(inRegion.filter((place) => !place.regions.some((region) => region.code === code))).toEqual([])

    const count = async (what: object) => {
      const ids = new Set<string>()
      let pageToken: string | undefined
      do {
        const answer = await demo.server.call<{ items: { place: PlaceView }[]; nextPageToken?: string }>(
          'POST',
          '/v1/taste',
          { where: { regions: [code] }, what, limit: 100, ...(pageToken !== undefined && { pageToken }) },
        )
        for (const { place } of answer.body.items) ids.add(place.id)
        pageToken = answer.body.nextPageToken
      } while (pageToken !== undefined)
      return ids
    }
    await answered(page, 'taste', () => page.locator('#open-now').click())
    const [all, openNow] = [await count({}), await count({ openAt: 'now' })]
    expect([...all].filter((id) => !openNow.has(id))).not.toEqual([])
    const shown = await cardIds(page)
    expect(shown).toHaveLength(Math.min(10, openNow.size))
    expect(shown.filter((id) => !openNow.has(id))).toEqual([])
    expect(await page.locator('.chip').allTextContents()).toContain('지금 영업 중')
  })

  it('shows only places inside a polygon drawn with the pointer', async () => {
    const { page } = await demo.open('#mode=taste')
    await mapAtRest(page)
    await page.locator('#tool-polygon').click()
    const box = (await page.locator('#map').boundingBox())!
    const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const
    for (const corner of [at(0.25, 0.3), at(0.75, 0.25), at(0.7, 0.8)]) {
      await page.mouse.click(...corner)
      await page.waitForTimeout(320) // slower than a double click
    }
    await answered(page, 'taste', () => page.mouse.dblclick(...at(0.3, 0.75)))
    const corners = polygonOf(page)
    expect(corners).toHaveLength(4)
    const outside = (await places(await cardIds(page))).filter(
      ({ lng, lat }) => !isInside([lng, lat], corners),
    )
    expect(outside).toEqual([])
    await answered(page, 'taste', () => page.locator('.chip').first().click())
    expect(polygonOf(page)).toEqual([])
  })

  it('drops a drawing with Esc, and shows only places inside a box of two corners', async () => {
    const { page } = await demo.open('#mode=taste')
    await mapAtRest(page)
    const box = (await page.locator('#map').boundingBox())!
    await page.locator('#tool-box').click()
    await page.mouse.click(box.x + 200, box.y + 200)
    await page.keyboard.press('Escape')
    expect(await page.locator('#hint').isVisible()).toBe(false)
    await page.locator('#tool-box').click()
    await page.mouse.click(box.x + 150, box.y + 150)
    await answered(page, 'taste', () => page.mouse.click(box.x + 600, box.y + 600))
    const [west, south, east, north] = numbersIn(page, 'box')
    const outside = (await places(await cardIds(page))).filter(
      ({ lng, lat }) => lng < west || lng > east || lat < south || lat > north,
    )
    expect(outside).toEqual([])
  })

  it('searches around a pressed point, as far as the slider says', async () => {
    const { page } = await demo.open()
    await mapAtRest(page)
    const box = (await page.locator('#map').boundingBox())!
    await page.locator('#tool-point').click()
    await answered(page, 'nearby', () => page.mouse.click(box.x + 400, box.y + 400))
    await answered(page, 'nearby', () => page.locator('#radius').fill('2'))
    const [, , radius] = numbersIn(page, 'around')
    expect(radius).toBe(500)
    const distances = await page.locator('.card .facts').allTextContents()
    const meters = distances.flatMap((text) => /(\d+) m/.exec(text)?.slice(1) ?? []).map(Number)
    expect(meters.length).toBe((await cardIds(page)).length)
    expect(Math.max(...meters, 0)).toBeLessThanOrEqual(500)
  })

  it('shows places like the one whose button is pressed, and goes back', async () => {
    const { page } = await demo.open()
    const before = await cardIds(page)
    await answered(page, 'similar', () =>
      page.locator('.card').first().locator('[data-action="similar"]').click(),
    )
    const similar = await cardIds(page)
    expect(similar).not.toContain(before[0])
    expect(similar).toHaveLength(10)
    expect(await page.locator('#mode-similar').getAttribute('aria-selected')).toBe('true')
    await answered(page, 'nearby', () => page.goBack())
    expect(await page.locator('#mode-nearby').getAttribute('aria-selected')).toBe('true')
  })

  it('shows where people also go beside what is like a place: two answers about one', async () => {
    const { page } = await demo.open()
    const [first] = await cardIds(page)
    await answered(page, 'similar', () =>
      page.locator('.card').first().locator('[data-action="similar"]').click(),
    )
    const similar = await cardIds(page)
    await answered(page, 'together', () => page.locator('#pair-together').click())
    const together = await cardIds(page)
    expect(together).not.toContain(first)
    expect(together.filter((id) => !similar.includes(id)).length).toBeGreaterThan(5)
    expect(await page.locator('#pair-together').getAttribute('aria-pressed')).toBe('true')
    expect(await page.locator('#pair-similar').getAttribute('aria-pressed')).toBe('false')
  })

  it('tells the service what a chosen user saw, and of no stranger', async () => {
    const stranger = await demo.open()
    await stranger.page.waitForTimeout(1500)
    await stranger.page.goto('about:blank')
    expect(stranger.requested.filter((url) => url.endsWith('/v1/events'))).toEqual([])

    const { page } = await demo.open(`#user=${encodeURIComponent(await firstUser(3))}`)
    const sent = page.waitForRequest((request) => request.url().endsWith('/v1/events'))
    await page.waitForTimeout(1500)
    await page.locator('.card').first().locator('[data-action="save"]').click()
    const impressions = (await sent).postDataJSON() as Record<string, unknown>[]
    const ids = await cardIds(page)
    expect(impressions.length).toBeGreaterThan(1)
    impressions.forEach((impression) => {
      expect(impression).toMatchObject({
        type: 'impression',
        call: 'nearby',
        placeId: ids[impression['position'] as number],
        recommendationId: expect.any(String),
      })
    })
    expect((await (await sent).response())?.status()).toBeLessThan(300)
  })

  it('takes a hidden place away at once, and it does not come back', async () => {
    const { page } = await demo.open('#mode=taste')
    const before = await cardIds(page)
    await answered(page, 'taste', () => page.locator('.card').nth(1).locator('[data-action="hide"]').click())
    const after = await cardIds(page)
    expect(after).not.toContain(before[1])
    expect(after).toHaveLength(10)
    await page.reload()
    await settled(page)
    expect(await cardIds(page)).not.toContain(before[1])
  })

  it('hides a place for the chosen user in the service itself', async () => {
    const user = await firstUser(3)
    const { page } = await demo.open(`#mode=taste&user=${encodeURIComponent(user)}`)
    const [first] = await cardIds(page)
    await answered(page, 'taste', () => page.locator('.card').first().locator('[data-action="hide"]').click())
    expect(await cardIds(page)).not.toContain(first)
    const { body } = await demo.server.call<{ items: { place: PlaceView }[] }>('POST', '/v1/taste', {
      who: { userId: user },
    })
    expect(body.items.map(({ place }) => place.id)).not.toContain(first)
    const known = await demo.server.call<{ recent: { type: string; placeId: string }[] }>(
      'GET',
      `/v1/users/${user}`,
    )
    expect(known.body.recent[0]).toMatchObject({ type: 'hide', placeId: first })
  })

  it("lets a stranger's opened places count in the next answer", async () => {
    const { page } = await demo.open('#mode=taste')
    const before = await cardIds(page)
    for (const index of [0, 1, 2]) await page.locator('.card-open').nth(index).click()
    await answered(page, 'taste', () => page.locator('#refresh').click())
    expect(await cardIds(page)).not.toEqual(before)
  })

  it('appends the next page without a place twice', async () => {
    const { page } = await demo.open('#mode=taste')
    await answered(page, 'taste', () => page.locator('#show-more').click())
    const ids = await cardIds(page)
    expect(ids).toHaveLength(20)
    expect(new Set(ids).size).toBe(20)
    expect(await markerIds(page)).toEqual(ids)
  })

  it('saves a place for the chosen user, and says so on its card', async () => {
    const user = await firstUser(5)
    const { page } = await demo.open(`#mode=taste&user=${encodeURIComponent(user)}`)
    const [first] = await cardIds(page)
    const save = page.locator('.card').first().locator('[data-action="save"]')
    await save.click()
    await expect.poll(() => save.getAttribute('aria-pressed')).toBe('true')
    const { body } = await demo.server.call<{ recent: object[] }>('GET', `/v1/users/${user}`)
    expect(body.recent[0]).toMatchObject({ type: 'save', placeId: first, position: 0 })
  })

  it('offers what can be done with a place whose dot is pressed', async () => {
    const { page } = await demo.open('#mode=taste')
    const [lng, lat, zoom] = await viewOf(page)
    const { body } = await demo.server.call<{ items: { place: PlaceView }[] }>('POST', '/v1/nearby', {
      near: { lng, lat },
      limit: 30,
    })
    const shown = new Set(await cardIds(page))
    const place = body.items.map((item) => item.place).find(({ id }) => !shown.has(id))!
    await page.goto(`${demo.server.url}/#mode=taste&view=${place.lng},${place.lat},${Math.max(zoom, 18)}`)
    await page.reload()
    await settled(page)
    await expect
      .poll(
        async () => {
          const box = (await page.locator('#map').boundingBox())!
          await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
          await page.waitForTimeout(300)
          return page.locator('.place-popup, .card.is-open').count()
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0)
    await page.keyboard.press('Escape')
    expect(await page.locator('.place-popup').count()).toBe(0)
  })

  it('shows who debugs what gave each place its position', async () => {
    const { page } = await demo.open('#mode=taste&lang=en&debug=1')
    const ids = await cardIds(page)
    const debug = page.locator('.debug')
    expect(await debug.count()).toBe(ids.length)
    const { body } = await demo.server.call<{
      items: { debug: { sources: object; steps: { step: string }[] } }[]
    }>('POST', '/v1/taste', { limit: 10, debug: true })
    const shown = await debug.first().textContent()
    const { sources, steps } = body.items[0].debug
    for (const name of [...Object.keys(sources), ...steps.map(({ step }) => step)])
      expect(shown).toContain(name)
  })

  it('says why nothing matches, and how to get out of it', async () => {
    const { page } = await demo.open('#mode=taste&around=0,0,200')
    expect(await page.locator('#notices').textContent()).toContain('조건에 맞는 곳이 없어요')
    await answered(page, 'taste', () => page.getByRole('button', { name: '필터 지우기' }).click())
    expect(await cardIds(page)).toHaveLength(10)
  })

  it("shows the service's own words where a link asks for a region that does not exist", async () => {
    const { page } = await demo.open('#mode=taste&region=nowhere')
    const alert = page.getByRole('alert')
    expect(await alert.textContent()).toContain('nowhere')
    await answered(page, 'taste', () => alert.getByRole('button', { name: '필터 지우기' }).click())
    expect(await cardIds(page)).toHaveLength(10)
  })

  it('switches to English and keeps it in the link', async () => {
    const { page } = await demo.open('#mode=taste')
    await answered(page, 'taste', () => page.locator('#language').click())
    expect(await page.locator('html').getAttribute('lang')).toBe('en')
    expect(await page.locator('#summary-title').textContent()).toBe('Picked to your taste')
    const korean = await page.locator('body *:visible').evaluateAll((elements) =>
      elements
        .filter((element) => element.closest('.card, .maplibregl-map, select, .brand, #language') === null)
        .flatMap((element) => [...element.childNodes])
        .filter((node) => node.nodeType === Node.TEXT_NODE && /[가-힣]/.test(node.textContent ?? ''))
        .map((node) => node.textContent),
    )
    expect(korean).toEqual([])
    const names = await page.locator('.card-open').allTextContents()
    expect(names).toHaveLength(10)
    for (const name of names) expect(name).not.toMatch(/[가-힣]/)
    await page.reload()
    await settled(page)
    expect(await page.locator('#summary-title').textContent()).toBe('Picked to your taste')
  })
})

describe('the map page of a service with API keys', () => {
  it('asks for a key, refuses a wrong one in words, and keeps a right one for the tab', async () => {
    const key = 'abcdefghijklmnop1234'
    const locked = await startDemo({ DONGNE_API_KEYS: `${key}:read+write` })
    try {
      const page = await demo.browser.newPage()
      await page.goto(locked.url)
      await page.locator('#key').fill('not-the-right-key-at-all')
      await page.keyboard.press('Enter')
      await page.locator('#key-refused').waitFor()
      await page.locator('#key').fill(key)
      await page.keyboard.press('Enter')
      // The page asks again only now: until then it is settled on the refusal.
      await page.locator('.card').nth(9).waitFor()
      expect(await cardIds(page)).toHaveLength(10)
      expect(await page.locator('dialog[open]').count()).toBe(0)
      await page.reload()
      await settled(page)
      expect(await page.locator('dialog[open]').count()).toBe(0)
      await page.close()
    } finally {
      await locked.close()
    }
  })
})

describe('the map page by keyboard alone', () => {
  it('searches with /, walks the cards with arrows, opens one with Enter and closes it with Esc', async () => {
    const { page } = await demo.open()
    await page.keyboard.press('/')
    await page.keyboard.type('카페')
    await answered(page, 'search', () => page.keyboard.press('Enter'))
    expect((await cardIds(page)).length).toBeGreaterThan(0)
    expect(await page.locator('#summary-title').textContent()).toContain('카페')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    const second = page.locator('.card').nth(1)
    expect(await second.locator('.card-open').evaluate((opener) => opener === document.activeElement)).toBe(
      true,
    )
    await page.keyboard.press('Enter')
    expect(await second.locator('.card-open').getAttribute('aria-expanded')).toBe('true')
    expect(await second.locator('.details').isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    expect(await second.locator('.card-open').getAttribute('aria-expanded')).toBe('false')
  })

  it('reaches every control with Tab, and shows where the focus is', async () => {
    const { page } = await demo.open('#mode=taste')
    const controls = await page
      .locator('button:visible, select:visible, input:visible, a[href]:visible')
      .evaluateAll((elements) =>
        elements
          .filter((element) => element.getAttribute('tabindex') !== '-1')
          .map((element, index) => {
            element.setAttribute('data-control', String(index))
            return index
          }),
      )
    const reached = new Set<string>()
    const unmarked: string[] = []
    for (let presses = 0; presses < controls.length + 20; presses++) {
      await page.keyboard.press('Tab')
      const focus = await page.evaluate(() => {
        const element = document.activeElement as HTMLElement
        const ring = (node: Element | null) => {
          const style = node && getComputedStyle(node)
          return style !== null && style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2
        }
        // Fields and cards show the focus of what is inside them.
        const isMarked =
          ring(element) ||
          ring(element.closest('.field')) ||
          ring(element.closest('.card')) ||
          element.matches('.marker')
        return { control: element.dataset['control'], isMarked, html: element.outerHTML.slice(0, 80) }
      })
      if (focus.control !== undefined) reached.add(focus.control)
      if (focus.control !== undefined && !focus.isMarked) unmarked.push(focus.html)
    }
    expect(controls.filter((index) => !reached.has(String(index)))).toEqual([])
    expect(unmarked).toEqual([])
  })

  it('draws a polygon with the keyboard: arrows move the map, Enter places a corner', async () => {
    const { page } = await demo.open('#mode=taste')
    await mapAtRest(page)
    await page.locator('#tool-polygon').focus()
    await page.keyboard.press('Enter')
    for (const move of ['ArrowRight', 'ArrowDown', 'ArrowLeft']) {
      await page.keyboard.press('Enter')
      await page.keyboard.press(move)
      await page.waitForTimeout(600) // the map glides
    }
    await answered(page, 'taste', async () => {
      await page.locator('#draw-finish').focus()
      await page.keyboard.press('Enter')
    })
    expect(polygonOf(page)).toHaveLength(3)
  })

  it('moves among the four calls with the arrow keys', async () => {
    const { page } = await demo.open()
    await page.locator('#mode-nearby').focus()
    await answered(page, 'taste', () => page.keyboard.press('ArrowRight'))
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('mode-taste')
  })
})

describe('the map page on a phone', () => {
  const phone = { viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true }

  it('has map, list and search in sight and nothing to scroll sideways', async () => {
    for (const viewport of [phone.viewport, { width: 360, height: 640 }]) {
      const { page } = await demo.open('#mode=taste', { ...phone, viewport })
      const widths = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.querySelector('#panel')?.scrollWidth,
      ])
      expect(widths).toEqual([viewport.width, viewport.width])
      const map = (await page.locator('#map').boundingBox())!
      const search = (await page.locator('#search').boundingBox())!
      expect(map.height).toBeGreaterThan(150)
      expect(search.y).toBeGreaterThan(map.y + map.height - 20)
      expect(search.y + search.height).toBeLessThan(viewport.height)
    }
  })

  it('widens the list with the grip, and opens a card by touch', async () => {
    const { page } = await demo.open('#mode=taste', phone)
    const height = () => page.locator('#panel').evaluate((panel) => panel.clientHeight)
    const before = await height()
    await page.locator('#grip').tap()
    await expect.poll(height).toBeGreaterThan(before + 100)
    await page.locator('.card-open').first().tap()
    expect(await page.locator('.card').first().locator('.details').isVisible()).toBe(true)
  })

  it('draws a polygon by touch', async () => {
    const { page } = await demo.open('#mode=taste', phone)
    await mapAtRest(page)
    await page.locator('#tool-polygon').tap()
    for (const [x, y] of [
      [60, 80],
      [310, 80],
      [300, 150],
      [80, 140],
    ]) {
      await page.touchscreen.tap(x, y)
      await page.waitForTimeout(400) // slower than a double tap
    }
    await answered(page, 'taste', () => page.locator('#draw-finish').tap())
    expect(polygonOf(page)).toHaveLength(4)
  })

  it('has targets that a finger meets', async () => {
    const { page } = await demo.open('#mode=taste', phone)
    const small = await page
      .locator('button:visible, select:visible, input:visible')
      .evaluateAll((elements) =>
        elements
          .filter((element) => !element.matches('.card-open')) // its target is the whole card
          .map((element) => ({ html: element.outerHTML.slice(0, 60), box: element.getBoundingClientRect() }))
          .filter(({ box }) => box.width < 24 || box.height < 24) // WCAG 2.2, 2.5.8
          .map(({ html }) => html),
      )
    expect(small).toEqual([])
  })
})

describe('the map page for assistive technology', () => {
  it('names every control, image and landmark, once an id', async () => {
    const { page } = await demo.open('#mode=taste')
    const unnamed = await page.evaluate(() => {
      const nameOf = (element: Element) =>
        element.getAttribute('aria-label') ??
        ((element as HTMLInputElement).labels?.[0]?.textContent || element.textContent || '')
      const controls = [
        ...document.querySelectorAll('button, select, input, a[href], [role], section, ol, ul'),
      ]
      return controls
        .filter((element) => element.closest('[hidden], dialog:not([open])') === null)
        .filter(
          (element) => !element.matches('[role="status"], [role="search"], ul.reasons, .maplibregl-map *'),
        )
        .filter((element) => (element as HTMLElement).offsetParent !== null)
        .filter((element) => nameOf(element).trim() === '' && !element.hasAttribute('aria-labelledby'))
        .map((element) => element.outerHTML.slice(0, 100))
    })
    expect(unnamed).toEqual([])
    const ids = await page.locator('[id]').evaluateAll((elements) => elements.map((element) => element.id))
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    expect(await page.locator('h1').count()).toBe(1)
    expect(await page.locator('main').count()).toBe(1)
    expect(await page.locator('#list').getAttribute('aria-busy')).toBe('false')
  })

  it.for(['light', 'dark'] as const)(
    'keeps text at 4.5 : 1 against its ground in %s',
    async (colorScheme) => {
      const { page } = await demo.open('#mode=taste', { colorScheme })
      await page.locator('.card-open').first().click()
      await page.mouse.move(2, 2)
      expect(await page.evaluate(lowContrastTexts)).toEqual([])
    },
  )

  it('moves nothing where the reader wants less motion', async () => {
    const { page } = await demo.open('#mode=taste', { reducedMotion: 'reduce' })
    const duration = await page.locator('body').evaluate((body) => getComputedStyle(body).transitionDuration)
    expect(duration).toBe('0s')
    await page.locator('.card-open').first().click()
    const before = await page
      .locator('.marker')
      .first()
      .evaluate((marker) => marker.style.transform)
    await page.waitForTimeout(300)
    expect(
      await page
        .locator('.marker')
        .first()
        .evaluate((marker) => marker.style.transform),
    ).toBe(before)
  })
})

/** Where the map stands still: the link says so once it has moved to its first answer. */
async function viewOf(page: Page): Promise<number[]> {
  await page.waitForFunction(() => location.hash.includes('view='))
  await mapAtRest(page)
  return numbersIn(page, 'view')
}

function numbersIn(page: Page, key: string): number[] {
  const text = new URLSearchParams(new URL(page.url()).hash.slice(1)).get(key)
  return text === null ? [] : text.split(',').map(Number)
}

function polygonOf(page: Page): number[][] {
  const flat = numbersIn(page, 'polygon')
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]])
}

/** Web Mercator (EPSG:3857), the world from 0 to 1. */
function mercator(lng: number, lat: number): { x: number; y: number } {
  const sin = Math.sin((lat * Math.PI) / 180)
  return { x: lng / 360 + 0.5, y: 0.5 - Math.atanh(sin) / (2 * Math.PI) }
}

/** Even-odd rule, the plain way. */
function isInside([x, y]: readonly [number, number], corners: readonly number[][]): boolean {
  let inside = false
  corners.forEach(([x0, y0], i) => {
    const [x1, y1] = corners[(i + 1) % corners.length]
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) * (x1 - x0)) / (y1 - y0)) inside = !inside
  })
  return inside
}

/** Runs in the page: texts outside the map whose contrast (WCAG 2.2, 1.4.3) is below 4.5 : 1. */
function lowContrastTexts(): string[] {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!
  const rgba = (color: string) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = color
    canvas.fillRect(0, 0, 1, 1)
    return [...canvas.getImageData(0, 0, 1, 1).data]
  }
  const luminance = (rgb: number[]) => {
    const [r, g, b] = rgb.map((value) => {
      const share = value / 255
      return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const groundOf = (start: Element) => {
    for (let element: Element | null = start; element !== null; element = element.parentElement) {
      const [r, g, b, alpha] = rgba(getComputedStyle(element).backgroundColor)
      if (alpha === 255) return [r, g, b]
    }
    return [255, 255, 255]
  }
  const low: string[] = []
  for (const element of document.querySelectorAll<HTMLElement>('#panel *, #tools *')) {
    const own = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
    )
    if (!own || element.offsetParent === null || element.closest('.visually-hidden, option') !== null)
      continue
    const [text, ground] = [rgba(getComputedStyle(element).color).slice(0, 3), groundOf(element)].map(
      luminance,
    )
    const contrast = (Math.max(text, ground) + 0.05) / (Math.min(text, ground) + 0.05)
    if (contrast < 4.5) low.push(`${contrast.toFixed(2)} ${element.textContent?.trim().slice(0, 40)}`)
  }
  return low
}
