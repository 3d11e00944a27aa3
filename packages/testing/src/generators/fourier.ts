import type { Draw, Generator } from '../draw.ts'

const norms = ['backward', 'ortho', 'forward'] as const

/** A length that a line is cut or filled up to; mostly its own. */
const length = (draw: Draw): number | undefined => (draw.rarely(3) ? draw.int(1, 7) : undefined)

/** Transforms of one axis. */
const line: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const axis = draw.int(0, shape.length - 1)
  // A line without elements is filled up.
  const n = length(draw) ?? (shape[axis] === 0 ? 3 : undefined)
  // Halves of two elements and more have an inverse.
  const given = shape[axis] === 1 ? { n: n ?? 4 } : n === undefined ? {} : { n }
  const at = draw.rarely(2) ? axis - shape.length : axis
  return { inputs: [draw.array(shape)], params: { ...given, axis: at, norm: draw.pick(norms) } }
}

/** Transforms of several axes. */
const lines: Generator = (draw) => {
  const shape = draw.shape(1, 3)
  const all = shape.map((_, axis) => axis)
  const axes = draw.rarely(2) ? all : draw.rarely(2) ? all.toReversed() : [all.at(-1)! - shape.length]
  const s = axes.map((axis) => length(draw) ?? Math.max(2, shape.at(axis)!))
  const norm = draw.pick(norms)
  const open = axes === all && shape.every((size) => size > 1) && draw.rarely(2)
  return { inputs: [draw.array(shape)], params: open ? { norm } : { s, axes, norm } }
}

const frequencies: Generator = (draw) => ({
  inputs: [],
  params: { n: draw.int(1, 9), d: draw.pick([1, 0.5, 2]), dtype: draw.wanted.dtype },
})

/** Discrete Fourier transforms. */
export const transforms: Readonly<Record<string, Generator>> = {
  'fft.fft': line,
  'fft.ifft': line,
  'fft.rfft': line,
  'fft.irfft': line,
  'fft.hfft': line,
  'fft.ihfft': line,
  'fft.fftn': lines,
  'fft.ifftn': lines,
  'fft.rfftn': lines,
  'fft.irfftn': lines,
  'fft.fftfreq': frequencies,
  'fft.rfftfreq': frequencies,
}
