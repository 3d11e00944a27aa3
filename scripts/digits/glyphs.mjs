// Digits for training, in the shapes that people write and fonts print. A glyph is a function from draws (random.mjs) to strokes;
// every call draws other proportions.
import { arc, curve, line, superellipse, upsideDown } from './strokes.mjs'

const zeros = [
  (d) => [arc(0.5, 0.5, d.between(0.2, 0.42), 0.5, 0, 360)],
  (d) => [superellipse(0.5, 0.5, d.between(0.2, 0.36), 0.5, d.between(2, 4))],
  (d) => [arc(0.5, 0.5, d.between(0.24, 0.4), 0.5, d.between(-120, -40), d.between(255, 325))],
  () => [arc(0.5, 0.5, 0.33, 0.5, 0, 360), line`0.36 0.75, 0.64 0.25`],
  () => [superellipse(0.5, 0.5, 0.32, 0.5, 2.6), line`0.5 0.46, 0.5 0.54`],
]

const ones = [
  () => [line`0.5 0, 0.5 1`],
  (d) => [line`0.5 0, ${d.between(0.25, 0.55)} 1`],
  (d) => [line`${d.between(0.18, 0.38)} ${d.between(0.1, 0.35)}, 0.5 0, 0.5 1`],
  (d) => [curve`${d.between(0.25, 0.35)} ${d.between(0.12, 0.2)}, 0.42 0.12, 0.5 0`, line`0.5 0, 0.5 1`],
  (d) => {
    const foot = d.between(0.12, 0.32)
    const flag = line`${d.between(0.22, 0.38)} ${d.between(0.08, 0.25)}, 0.5 0, 0.5 1`
    return [flag, line`${0.5 - foot} 1, ${0.5 + foot} 1`]
  },
  (d) => {
    const foot = d.between(0.12, 0.24)
    return [line`${d.between(0.3, 0.4)} 0.02, 0.5 0.02, 0.5 1`, line`${0.5 - foot} 1, ${0.5 + foot} 1`]
  },
]

const twos = [
  (d) => {
    const shoulder = d.between(0.22, 0.32)
    const head = arc(0.5, shoulder, 0.3, shoulder, d.between(175, 215), 375)
    return [[...head, ...curve`0.75 0.42, 0.5 0.7, 0.2 1`, [0.82, 1]]]
  },
  (d) => {
    const [shoulder, neck] = [d.between(0.22, 0.3), d.between(0.4, 0.55)]
    const swan = curve`0.2 ${shoulder}, 0.3 0.05, 0.55 0, 0.77 0.14, 0.76 0.35, ${neck} 0.66, 0.22 0.88, 0.18 1`
    return [[...swan, [0.82, 1]]]
  },
  (d) => {
    const end = d.between(0.88, 1)
    return [
      curve`0.2 0.25, 0.4 0.02, 0.7 0.08, 0.72 0.35, 0.45 0.75, 0.22 0.95, 0.16 0.84, 0.32 0.8, 0.55 0.95, 0.8 ${end}`,
    ]
  },
  (d) => [
    [...curve`0.22 0.1, 0.5 0, 0.75 0.12, 0.72 0.38`, ...line`0.22 0.98, 0.8 ${d.between(0.92, 1.04)}`],
  ],
  (d) => {
    const [loop, foot] = [d.between(0.1, 0.22), d.between(0.75, 0.95)]
    const head = `0.2 ${d.between(0.1, 0.3)}, 0.45 0, 0.72 0.16, 0.66 0.45, 0.4 0.85`
    return [curve`${head}, 0.22 1, 0.14 ${1 - loop}, 0.28 ${0.95 - loop}, 0.5 0.9, 0.72 1, 0.9 ${foot}`]
  },
  (d) => {
    const [start, end] = [d.between(0.05, 0.3), d.between(0.75, 1)]
    const head = `0.2 ${start}, 0.42 0, 0.6 0.12, 0.56 0.5, 0.3 0.8`
    return [curve`${head}, 0.12 0.86, 0.16 0.72, 0.4 0.74, 0.9 ${end}`]
  },
  (d) => [line`0.22 0.02, 0.75 0.02, 0.75 ${d.between(0.3, 0.5)}, 0.22 1, 0.8 1`],
  (d) => [
    [
      ...arc(0.5, 0.26, 0.28, 0.26, 180, 370),
      ...curve`0.74 0.4, 0.45 0.75, 0.2 1`,
      ...line`0.8 1, 0.82 ${d.between(0.82, 0.94)}`,
    ],
  ],
]

const threes = [
  (d) => {
    const waist = d.between(0.42, 0.5)
    const upper = arc(0.48, waist / 2, 0.27, waist / 2, d.between(190, 220), 450)
    return [[...upper, ...arc(0.48, (1 + waist) / 2, 0.32, (1 - waist) / 2, 270, d.between(510, 540))]]
  },
  (d) => {
    const upper = '0.22 0.12, 0.45 0, 0.72 0.12, 0.66 0.38, 0.42 0.46'
    return [curve`${upper}, 0.7 0.56, 0.78 0.78, 0.5 1, 0.2 ${d.between(0.8, 0.9)}`]
  },
  (d) => [[...line`0.22 0, 0.76 0, 0.44 0.4`, ...arc(0.46, 0.7, 0.32, 0.3, 270, d.between(500, 530))]],
  (d) => [
    [...arc(0.45, 0.24, 0.28, 0.24, 210, 440), [0.36, 0.48]],
    [[0.36, 0.48], ...arc(0.45, 0.74, 0.33, 0.26, 275, d.between(500, 540))],
  ],
  () => [line`0.25 0, 0.75 0, 0.75 1, 0.25 1`, line`0.35 0.48, 0.75 0.48`],
  (d) => {
    const upper = '0.25 0.08, 0.6 0, 0.68 0.2, 0.4 0.4, 0.34 0.42'
    return [curve`${upper}, 0.66 0.5, 0.7 0.8, 0.45 1, 0.15 ${d.between(0.85, 1)}`]
  },
]

const fours = [
  (d) => {
    const [stem, bar] = [d.between(0.6, 0.72), d.between(0.62, 0.78)]
    return [line`${stem} 1, ${stem} 0, 0.14 ${bar}, ${stem + d.between(0.1, 0.28)} ${bar}`]
  },
  (d) => {
    const [stem, bar] = [d.between(0.55, 0.75), d.between(0.5, 0.7)]
    const left = line`${d.between(0.2, 0.36)} 0, 0.16 ${bar}, ${stem + d.between(0.02, 0.22)} ${bar}`
    return [left, line`${stem} ${d.between(0, 0.3)}, ${stem - d.between(-0.04, 0.12)} 1`]
  },
  (d) => {
    const bar = d.between(0.45, 0.6)
    const left = curve`0.24 0, 0.2 ${bar - 0.12}, 0.3 ${bar}, 0.72 ${bar - 0.05}`
    return [left, line`0.74 ${d.between(-0.02, 0.15)}, 0.68 1`]
  },
  (d) => [line`0.25 0, 0.25 0.5, 0.72 0.5`, line`0.72 ${d.between(0, 0.1)}, 0.72 1`],
  (d) => [line`${d.between(0.45, 0.58)} 0, 0.14 0.68, 0.86 0.68`, line`0.62 ${d.between(0.3, 0.45)}, 0.62 1`],
  (d) => [line`0.7 0.02, 0.3 ${d.between(0.35, 0.45)}, 0.2 0.55, 0.68 0.5`, line`0.72 0, 0.68 1`],
  (d) => {
    const foot = line`${d.between(0.44, 0.5)} 1, ${d.between(0.74, 0.79)} 1`
    return [line`0.62 0, 0.14 0.66, 0.84 0.66`, line`0.62 0, 0.62 1`, foot]
  },
]

const fives = [
  (d) => {
    const waist = d.between(0.36, 0.44)
    const bowl = arc(0.48, (1 + waist) / 2, 0.31, (1 - waist) / 2, 225, d.between(500, 525))
    return [[...line`0.74 0, 0.26 0, 0.24 ${waist + 0.07}`, ...bowl]]
  },
  (d) => {
    const bowl = curve`0.24 0.44, 0.5 0.36, 0.76 0.55, 0.72 0.85, 0.45 1, 0.18 0.9`
    return [[[0.28, d.between(0, 0.06)], ...bowl], line`0.28 0.02, 0.76 ${d.between(-0.04, 0.04)}`]
  },
  (d) => [
    curve`0.76 0.02, 0.45 0.04, 0.3 0.2, 0.32 0.38, 0.62 0.5, 0.72 0.72, 0.52 0.97, 0.2 ${d.between(0.9, 1)}`,
  ],
  (d) => {
    const bowl = curve`0.25 0.42, 0.55 0.4, 0.75 0.6, 0.68 0.88, 0.4 1, 0.16 ${d.between(0.9, 1)}`
    return [[...line`0.74 0, 0.3 0`, ...bowl]]
  },
  () => [line`0.75 0, 0.25 0, 0.25 0.46, 0.75 0.46, 0.75 1, 0.25 1`],
  (d) => {
    const bowl = [...line`0.34 0.02, 0.28 0.4`, ...arc(0.44, 0.7, 0.28, 0.3, 250, 490)]
    return [bowl, line`0.36 0, ${d.between(0.7, 0.85)} ${d.between(-0.06, 0.02)}`]
  },
]

/** Sixes that turned round are nines as well. */
const turnable = [
  (d) => {
    const top = d.between(0.36, 0.5)
    const loop = arc(0.5, (1 + top) / 2, 0.3, (1 - top) / 2, 180, -190)
    return [[...curve`0.72 0.08, 0.52 0, 0.28 0.2, 0.2 0.6`, ...loop]]
  },
  (d) => {
    const top = d.between(0.4, 0.55)
    const loop = arc(0.5, (1 + top) / 2, 0.28, (1 - top) / 2, 170, -180)
    return [[...curve`${d.between(0.5, 0.66)} 0, 0.34 0.3, 0.22 0.7`, ...loop]]
  },
  (d) => [[...arc(0.52, 0.5, 0.32, 0.5, d.between(-60, -35), -180), ...arc(0.5, 0.69, 0.3, 0.31, 180, -180)]],
  (d) => {
    const stem = `${d.between(0.55, 0.75)} 0, 0.3 0.35, 0.2 0.72`
    return [curve`${stem}, 0.42 1, 0.7 0.85, 0.62 0.58, 0.35 0.6, 0.24 ${d.between(0.7, 0.8)}`]
  },
]

const sixes = [
  ...turnable,
  (d) => {
    const stem = `${d.between(0.3, 0.45)} 0, 0.25 0.4, 0.26 0.85`
    return [curve`${stem}, 0.5 1, 0.74 0.82, 0.62 0.6, 0.4 0.62, 0.3 0.8`]
  },
  (d) => {
    const [right, top, end] = [d.between(0.75, 0.9), d.between(0.48, 0.6), d.between(0.7, 0.9)]
    const stem = `${d.between(0.25, 0.45)} 0, 0.18 0.4, 0.22 0.85`
    return [curve`${stem}, 0.5 1, 0.85 ${right}, 0.86 0.6, 0.6 ${top}, 0.36 ${end}`]
  },
  () => [line`0.75 0, 0.25 0, 0.25 1, 0.75 1, 0.75 0.48, 0.25 0.48`],
]

const sevens = [
  (d) => [line`0.2 0, 0.8 0, ${d.between(0.28, 0.5)} 1`],
  (d) => {
    const bar = line`0.32 ${d.between(0.44, 0.56)}, 0.76 ${d.between(0.4, 0.52)}`
    return [line`0.2 0, 0.78 0, ${d.between(0.3, 0.45)} 1`, bar]
  },
  (d) => [line`0.2 ${d.between(0.1, 0.22)}, 0.2 0, 0.8 0, ${d.between(0.32, 0.5)} 1`],
  (d) => [[...line`0.2 0.02, 0.78 0.02`, ...curve`0.78 0, 0.5 0.45, ${d.between(0.35, 0.45)} 1`]],
  (d) => [
    curve`0.18 0.14, 0.3 0.03, 0.55 0.08, 0.78 0.02`,
    curve`0.78 0.02, 0.55 0.5, ${d.between(0.35, 0.5)} 1`,
  ],
  (d) => {
    const top = curve`0.2 ${d.between(0.2, 0.32)}, 0.26 0.05, 0.5 0.04, 0.74 0`
    return [top, curve`0.74 0, 0.6 0.4, ${d.between(0.4, 0.62)} 1`]
  },
  (d) => [line`0.18 ${d.between(0, 0.12)}, 0.8 0, ${d.between(0.1, 0.5)} 1`],
  () => [line`0.25 0, 0.75 0, 0.75 1`],
]

const eights = [
  (d) => {
    const [waist, upper] = [d.between(0.4, 0.5), d.between(0.2, 0.32)]
    const lower = arc(0.5, (1 + waist) / 2, upper + d.between(0, 0.08), (1 - waist) / 2, 0, 360)
    return [arc(0.5, waist / 2, upper, waist / 2, 0, 360), lower]
  },
  (d) => {
    const down = '0.7 0.12, 0.48 0, 0.28 0.16, 0.42 0.42, 0.66 0.6, 0.7 0.85, 0.46 1'
    return [curve`${down}, 0.26 0.82, 0.4 0.56, 0.64 0.36, 0.74 ${d.between(0.11, 0.16)}, 0.66 0.08`]
  },
  (d) => {
    const down = `0.72 ${d.between(0.02, 0.12)}, 0.46 0.02, 0.28 0.2, 0.5 0.45, 0.72 0.75, 0.48 1`
    return [curve`${down}, 0.26 0.78, 0.48 0.46, 0.7 0.24, 0.78 ${d.between(0.04, 0.14)}`]
  },
  (d) => {
    const [upper, lower, waist] = [d.between(0.14, 0.3), d.between(0.14, 0.3), d.between(0.4, 0.6)]
    const [high, low] = [waist / 2, (1 + waist) / 2]
    const down = `${0.5 + upper * 0.8} 0.06, 0.5 0, ${0.5 - upper} ${high}, 0.5 ${waist}, ${0.5 + lower} ${low}, 0.5 1`
    const up = `${0.5 - lower} ${low}, 0.5 ${waist}, ${0.5 + upper} ${high - d.between(0, 0.1)}`
    return [curve`${down}, ${up}, ${0.5 + upper * 0.7} ${d.between(0, 0.1)}`]
  },
  (d) => {
    const lower = superellipse(0.5, 0.74, d.between(0.26, 0.33), 0.26, 2.8)
    return [superellipse(0.5, 0.24, d.between(0.22, 0.3), 0.24, 2.8), lower]
  },
  () => [line`0.26 0, 0.74 0, 0.74 1, 0.26 1, 0.26 0`, line`0.26 0.48, 0.74 0.48`],
]

const nines = [
  ...turnable.map((glyph) => (d) => upsideDown(glyph(d))),
  (d) => {
    const stem = line`0.72 ${d.between(0.05, 0.27)}, ${d.between(0.62, 0.74)} 1`
    return [arc(0.46, 0.27, 0.26, d.between(0.22, 0.3), 0, 360), stem]
  },
  (d) => {
    const loop = '0.72 0.12, 0.46 0, 0.24 0.2, 0.36 0.46, 0.62 0.42, 0.73 0.12'
    return [curve`${loop}, 0.72 0.5, ${d.between(0.58, 0.72)} 1`]
  },
  (d) => {
    const [across, down] = [d.between(0.1, 0.24), d.between(0.12, 0.24)]
    return [
      [...arc(0.6 - across, down, across, down, -30, -360), ...line`0.6 ${down}, ${d.between(0.4, 0.65)} 1`],
    ]
  },
  (d) => {
    const low = d.between(0.3, 0.5)
    const loop = `0.66 0.1, 0.42 0.02, 0.22 ${low / 2}, 0.3 ${low}, 0.55 ${low * 0.8}, 0.7 ${d.between(0, 0.12)}`
    return [curve`${loop}, 0.64 0.5, ${d.between(0.4, 0.64)} 1`]
  },
  (d) => [arc(0.46, 0.28, 0.27, 0.28, 0, 360), curve`0.73 0.2, 0.74 0.6, 0.6 0.95, 0.3 ${d.between(0.9, 1)}`],
  () => [line`0.75 0.5, 0.25 0.5, 0.25 0, 0.75 0, 0.75 1, 0.25 1`],
]

/** All styles of each digit, 0 to 9. */
export const glyphs = [zeros, ones, twos, threes, fours, fives, sixes, sevens, eights, nines]
