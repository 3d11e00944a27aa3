import { describe } from 'vitest'
import { agree, type Case, ints, some, tensor } from './one-node.ts'

/** Coordinates from -1.6 to 1.6, some of them outside of the image. */
function grid(...shape: readonly number[]) {
  const count = shape.reduce((n, size) => n * size, 1)
  const values = Array.from({ length: count }, (_, i) => (((i * 37) % 101) / 50 - 1) * 1.6)
  return tensor('float32', shape, values)
}

const flat = some('float32', 2, 3, 4, 5)
const deep = some('float32', 1, 2, 3, 4, 3)

const modes = ['linear', 'nearest', 'cubic']
const paddings = ['zeros', 'border', 'reflection']

describe('GridSample', () => {
  const cases = modes.flatMap((mode) =>
    paddings.flatMap((padding_mode) =>
      [0, 1].flatMap((align_corners): (readonly [string, Case])[] => {
        const attributes = { mode, padding_mode, align_corners }
        const name = `${mode}, ${padding_mode}${align_corners === 1 ? ', aligned' : ''}`
        const node = { op: 'GridSample', opset: 20, attributes }
        const inPlane = [name, { ...node, operands: [flat, grid(2, 3, 4, 2)] }] as const
        // onnxruntime has no cubic one in space.
        if (mode === 'cubic') return [inPlane]
        return [inPlane, [`${name}, in space`, { ...node, operands: [deep, grid(1, 2, 2, 3, 3)] }]]
      }),
    ),
  )
  agree(Object.fromEntries(cases))
  agree({
    'the first version': {
      op: 'GridSample',
      opset: 16,
      operands: [flat, grid(2, 3, 4, 2)],
      attributes: { mode: 'bicubic' },
    },
    'far away': {
      op: 'GridSample',
      opset: 20,
      operands: [flat, tensor('float32', [2, 1, 2, 2], [1e12, 0, 0, -3e9, 5e9, 1, -1e20, 1])],
      expected: [{ dtype: 'float32', shape: [2, 3, 1, 2], values: Array.from({ length: 12 }, () => 0) }],
    },
    'one element': {
      op: 'GridSample',
      opset: 20,
      operands: [some('float32', 1, 1, 1, 1), grid(1, 2, 2, 2)],
      attributes: { padding_mode: 'border', align_corners: 1 },
    },
  })
})

describe('AffineGrid', () => {
  const affine = (theta: Case['operands'][0], size: readonly number[], align_corners: number): Case => ({
    op: 'AffineGrid',
    opset: 20,
    operands: [theta, ints(...size)],
    attributes: { align_corners },
  })
  agree({
    'in the plane': affine(some('float32', 2, 2, 3), [2, 1, 3, 4], 0),
    'in the plane, aligned': affine(some('float32', 2, 2, 3), [2, 1, 3, 4], 1),
    'in space': affine(some('float32', 1, 3, 4), [1, 1, 3, 4, 2], 0),
    'in space, aligned': affine(some('float32', 1, 3, 4), [1, 1, 3, 4, 2], 1),
  })
})
