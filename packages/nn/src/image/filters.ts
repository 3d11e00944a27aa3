/** What resampling weighs pixels by: their distance from the middle, up to `support` on both sides. */
export interface Filter {
  readonly support: number
  readonly weight: (distance: number) => number
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI))

/** The sharpness of Pillow's bicubic filter. */
const sharpness = -0.5

/** Pillow's filters, by the names of its enumeration. */
export const filters = {
  box: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  hamming: {
    support: 1,
    weight(distance) {
      const x = Math.abs(distance)
      if (x === 0) return 1
      if (x >= 1) return 0
      return (Math.sin(x * Math.PI) / (x * Math.PI)) * (0.54 + 0.46 * Math.cos(x * Math.PI))
    },
  },
  bicubic: {
    support: 2,
    weight(distance) {
      const x = Math.abs(distance)
      if (x < 1) return ((sharpness + 2) * x - (sharpness + 3)) * x * x + 1
      if (x < 2) return (((x - 5) * x + 8) * x - 4) * sharpness
      return 0
    },
  },
  lanczos: { support: 3, weight: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
} as const satisfies Readonly<Record<string, Filter>>

/** How an image is brought to another size. */
export type Resample = 'nearest' | keyof typeof filters

/** By Pillow's numbers. */
export const resamples: readonly Resample[] = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming']
