// Themes and courses on the map page, in Chromium, on the real demo.
import { describe, expect, it } from 'vitest'
import { answered, cardIds, markerIds } from './browser.ts'
import { useDemoPage } from './demo-page.ts'

const demo = useDemoPage()

/** Where the demo city has places of every kind close together. */
const AROUND = 'around=126.9495,36.38,900'

describe('themes on the map page', () => {
  it('are shelves with titles, numbered through, and open to all of their places', async () => {
    const { page, problems } = await demo.open(`#mode=themes&lang=ko&${AROUND}`)
    expect(await page.locator('.shelf').count()).toBeGreaterThan(2)
    const ids = await cardIds(page)
    expect(new Set(ids).size).toBe(ids.length)
    expect(await markerIds(page)).toEqual(ids)
    const more = page.locator('.shelf button').first()
    const id = (await more.getAttribute('data-theme'))!
    const title = await page.locator('.shelf h3').first().textContent()
    await answered(page, `themes/${encodeURIComponent(id)}`, () => more.click())
    expect(await page.locator('#summary-title').textContent()).toBe(title)
    expect(await page.locator('.shelf').count()).toBe(0)
    await answered(page, 'themes', () => page.goBack())
    expect(await cardIds(page)).toEqual(ids)
    expect(problems).toEqual([])
  })
})

describe('courses on the map page', () => {
  it('show their stops in order with times, and another course at a press', async () => {
    const { page, problems } = await demo.open(`#mode=courses&lang=en&${AROUND}`)
    const stops = await cardIds(page)
    expect(stops.length).toBeGreaterThan(0)
    expect(await markerIds(page)).toEqual(stops)
    const clocks = await page.locator('.stop-clock').allTextContents()
    expect(clocks).toHaveLength(stops.length)
    for (const clock of clocks) expect(clock).toMatch(/^\d\d:\d\d–\d\d:\d\d$/)
    const names = await page.locator('.card-open').allTextContents()
    for (const name of names) expect(await page.locator('.course-words').textContent()).toContain(name)
    const second = page.locator('#course-1')
    if ((await second.count()) > 0) {
      await second.click()
      expect(await second.getAttribute('aria-pressed')).toBe('true')
      const others = await cardIds(page)
      expect(others.filter((id) => stops.includes(id))).toEqual([])
      expect(await markerIds(page)).toEqual(others)
    }
    expect(problems).toEqual([])
  })

  it('have one stop replaced, and the rest kept', async () => {
    const { page } = await demo.open(`#mode=courses&lang=ko&${AROUND}`)
    const before = await cardIds(page)
    const at = before.length - 1
    await answered(page, 'courses', () => page.locator('[data-action="replace"]').nth(at).click())
    const after = await cardIds(page)
    expect(after.slice(0, at)).toEqual(before.slice(0, at))
    const toast = page.locator('#toast')
    if (await toast.isVisible()) expect(after).toEqual(before)
    else expect(after[at]).not.toBe(before[at])
  })
})
