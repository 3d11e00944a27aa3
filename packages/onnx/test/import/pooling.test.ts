import { describe } from 'vitest'
import { agree, type Case, ints, some, stored, tensor } from './one-node.ts'
import { attr } from '../../src/attributes.ts'

const x1 = some('float32', 2, 3, 8)
const x2 = some('float32', 1, 2, 7, 6)
const x3 = some('float32', 1, 2, 4, 5, 4)

/** Windows that all poolings have. */
const windows: Readonly<Record<string, Omit<Case, 'op'>>> = {
  'one axis': { operands: [x1], attributes: { kernel_shape: [3] } },
  'strides and pads': {
    operands: [x2],
    attributes: { kernel_shape: [3, 2], strides: [2, 3], pads: [1, 0, 2, 1] },
  },
  same: { operands: [x2], attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' } },
  'more at the start': {
    operands: [x2],
    attributes: { kernel_shape: [2, 3], strides: [2, 2], auto_pad: 'SAME_LOWER' },
  },
  valid: { operands: [x2], attributes: { kernel_shape: [3, 2], auto_pad: 'VALID' } },
  'three axes': { operands: [x3], attributes: { kernel_shape: [2, 3, 2], strides: [2, 1, 1] } },
  'an old version': { opset: 7, operands: [x2], attributes: { kernel_shape: [2, 2] } },
}

/** What later versions have. */
const later: Readonly<Record<string, Omit<Case, 'op'>>> = {
  'rounded up': { operands: [x2], attributes: { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 } },
  'rounded up in padding': {
    operands: [x2],
    attributes: { kernel_shape: [3, 2], strides: [3, 4], pads: [1, 0, 2, 1], ceil_mode: 1 },
  },
  dilated: { operands: [x2], attributes: { kernel_shape: [2, 3], dilations: [3, 2], pads: [1, 1, 1, 1] } },
  'dilated and rounded up': {
    operands: [x2],
    attributes: { kernel_shape: [2, 2], dilations: [2, 2], strides: [2, 3], ceil_mode: 1 },
  },
}

const of = (op: string, cases: Readonly<Record<string, Omit<Case, 'op'>>>): Record<string, Case> =>
  Object.fromEntries(
    Object.entries(cases).map(([name, node]) => [`${op}: ${name}`, { opset: 22, ...node, op }]),
  )

describe('poolings', () => {
  agree({ ...of('MaxPool', windows), ...of('MaxPool', later) })
  agree({ ...of('AveragePool', windows), ...of('AveragePool', later) })
  agree({ ...of('LpPool', windows), ...of('LpPool', later) })
})

describe('AveragePool counts padding', () => {
  const counting = (attributes: Case['attributes']): Omit<Case, 'op'> => ({
    operands: [x2],
    attributes: { ...attributes, count_include_pad: 1 },
  })
  agree(
    of('AveragePool', {
      'once it is asked': counting({ kernel_shape: [3, 3], pads: [1, 2, 1, 0] }),
      'but not what rounding up adds': counting({
        kernel_shape: [3, 3],
        strides: [2, 2],
        pads: [1, 1, 1, 1],
        ceil_mode: 1,
      }),
      'of dilated windows': counting({ kernel_shape: [2, 2], dilations: [2, 2], pads: [1, 1, 1, 1] }),
    }),
  )
})

describe('MaxPool', () => {
  const both = { gives: ['float32', 'int64'] } as const
  agree(
    of('MaxPool', {
      'of integers': { operands: [some('uint8', 1, 1, 4, 4)], attributes: { kernel_shape: [2, 2] } },
      'of signed integers in padding': {
        operands: [some('int8', 1, 1, 4, 4)],
        attributes: { kernel_shape: [2, 2], pads: [1, 1, 0, 0] },
      },
      'with places': { operands: [x2], attributes: { kernel_shape: [2, 2], strides: [2, 2] }, ...both },
      'with places in padding': {
        operands: [some('float32', 2, 3, 4, 5)],
        attributes: { kernel_shape: [3, 2], pads: [1, 1, 1, 0], strides: [2, 1] },
        ...both,
      },
      'with places, columns first': {
        operands: [some('float32', 2, 2, 4, 5)],
        attributes: { kernel_shape: [2, 2], storage_order: 1 },
        ...both,
      },
      'with places, dilated': {
        operands: [x2],
        attributes: { kernel_shape: [2, 2], dilations: [2, 3] },
        ...both,
      },
      'with places on one axis': { operands: [x1], attributes: { kernel_shape: [3], strides: [2] }, ...both },
      'with places on three axes': {
        operands: [x3],
        attributes: { kernel_shape: [2, 2, 2], strides: [2, 2, 2] },
        ...both,
      },
    }),
  )
})

describe('LpPool', () => {
  agree(
    of('LpPool', {
      'of order 1': { operands: [x2], attributes: { kernel_shape: [2, 2], p: 1 } },
      'of order 3': { operands: [x2], attributes: { kernel_shape: [2, 2], p: 3, pads: [1, 1, 0, 0] } },
    }),
  )
})

describe('of all places', () => {
  for (const op of ['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool'])
    agree(of(op, { 'of one axis': { opset: 20, operands: [x1] }, 'of three': { opset: 20, operands: [x3] } }))
  agree(of('GlobalLpPool', { 'of order 1': { opset: 20, operands: [x2], attributes: { p: 1 } } }))
})

describe('MaxUnpool', () => {
  const places = tensor('int64', [1, 1, 2, 2], [5, 7, 13, 15])
  const x = some('float32', 1, 1, 2, 2)
  const attributes = { kernel_shape: [2, 2], strides: [2, 2] }
  agree(
    of('MaxUnpool', {
      'as it was': { operands: [x, places], attributes },
      'of channels': {
        operands: [some('float32', 1, 2, 1, 2), tensor('int64', [1, 2, 1, 2], [1, 6, 8, 15])],
        attributes,
      },
      'as large as it is told': {
        operands: [x, places, ints(1, 1, 5, 3)],
        attributes,
        // onnxruntime reads the places in the larger tensor.
        expected: [
          { dtype: 'float32', shape: [1, 1, 5, 3], values: [0, 0, 0, 0, 0.75, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        ],
      },
    }),
  )
})

describe('regions', () => {
  const image = some('float32', 2, 3, 8, 9)
  const rois = tensor('float32', [3, 4], [0, 0, 7, 7, 1.5, 2.25, 6, 5, 3, 1, 3.5, 9.5])
  const items = tensor('int64', [3], [0, 1, 1])
  const roi = (attributes: Case['attributes'], opset = 16): Omit<Case, 'op'> => ({
    opset,
    operands: [image, rois, items],
    attributes: { output_height: 2, output_width: 3, spatial_scale: attr.float(0.75), ...attributes },
  })
  agree(
    of('RoiAlign', {
      'means of samples': roi({ sampling_ratio: 2 }),
      'as many samples as fit': roi({}),
      'the old coordinates': roi({ sampling_ratio: 2 }, 10),
      'the old coordinates by name': roi({ coordinate_transformation_mode: 'output_half_pixel' }),
      'the largest': roi({ sampling_ratio: 2, mode: 'max' }),
      'the largest of as many as fit': roi({ mode: 'max' }),
    }),
  )
  agree(
    of('MaxRoiPool', {
      scaled: {
        opset: 20,
        operands: [image, stored(tensor('float32', [3, 5], [0, 0, 0, 6, 6, 1, 2, 3, 9, 12, 1, 4, 1, 4, 1]))],
        attributes: { pooled_shape: [3, 2], spatial_scale: attr.float(0.75) },
      },
    }),
  )
})
