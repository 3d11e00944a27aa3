import { expect, test } from 'vitest'
import { dark, light } from '../src/viz/palette.ts'

/** Relative luminance, as WCAG defines it. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (high! + 0.05) / (low! + 0.05)
}

// WCAG 2.1, level AA: 4.5 for text, 3 for what has to be seen. What is unused steps back, and can still be read.
test.each(Object.entries({ light, dark }))('%s pictures can be read', (_, theme) => {
  const { paper, quiet, wire, frame, tag, unused, highlight, tones } = theme
  const texts = [
    ...Object.values(tones).map(({ ink, fill }) => [ink, fill] as const),
    [tag.ink, tag.fill],
    [quiet, paper],
    [quiet, frame],
  ] as const
  for (const [ink, fill] of texts) expect(contrast(ink, fill)).toBeGreaterThanOrEqual(4.5)
  const seen = [
    [wire, paper],
    [wire, frame],
    [highlight, paper],
    [highlight, frame],
    [unused.ink, unused.fill],
  ] as const
  for (const [a, b] of seen) expect(contrast(a, b)).toBeGreaterThanOrEqual(3)
})
