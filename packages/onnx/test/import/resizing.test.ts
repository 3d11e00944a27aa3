import { describe } from 'vitest'
import { attr } from '../../src/attributes.ts'
import { agree, type Case, ints, some, stored, tensor } from './one-node.ts'

const x = some('float32', 1, 2, 5, 4)
const floats = (...values: readonly number[]) => stored(tensor('float32', [values.length], values))

/** By scales of all axes. */
const byScales = (
  scales: readonly number[],
  attributes: Case['attributes'] = {},
  more: Partial<Case> = {},
): Case => ({
  op: 'Resize',
  opset: 19,
  operands: [x, null, floats(...scales)],
  attributes,
  ...more,
})

const bySizes = (sizes: readonly number[], attributes: Case['attributes'] = {}, opset = 19): Case => ({
  op: 'Resize',
  opset,
  operands: [x, null, null, ints(...sizes)],
  attributes,
})

const table = (names: readonly string[], make: (name: string) => Case, more = ''): Record<string, Case> =>
  Object.fromEntries(names.map((name) => [`${name}${more}`, make(name)]))

const transforms = 'half_pixel asymmetric align_corners pytorch_half_pixel half_pixel_symmetric'.split(' ')
const roundings = 'round_prefer_floor round_prefer_ceil floor ceil'.split(' ')

describe('nearest', () => {
  agree({
    ...table(roundings, (nearest_mode) => byScales([1, 1, 2, 1.5], { nearest_mode })),
    ...table(roundings, (nearest_mode) => bySizes([1, 2, 3, 7], { nearest_mode }), ' smaller and larger'),
    ...table(transforms, (coordinate_transformation_mode) =>
      bySizes([1, 2, 8, 3], { coordinate_transformation_mode, nearest_mode: 'floor' }),
    ),
    'of integers': byScales(
      [1, 1, 2, 2],
      {},
      { operands: [some('uint8', 1, 2, 5, 4), null, floats(1, 1, 2, 2)] },
    ),
    'to a size that is whole in single precision': byScales(
      [1, 1, 1, 0.7],
      {},
      {
        operands: [some('float32', 1, 1, 2, 10), null, floats(1, 1, 1, 0.7)],
        attributes: { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
      },
    ),
    'to one element': bySizes([1, 2, 1, 1]),
    'the first version': {
      op: 'Resize',
      opset: 10,
      operands: [x, floats(1, 1, 1.5, 0.5)],
    },
    'before there were axes': {
      ...bySizes([1, 2, 7, 3], {}, 11),
      operands: [x, floats(), floats(), ints(1, 2, 7, 3)],
    },
  })
})

describe('linear', () => {
  const linear = { mode: 'linear' }
  agree({
    ...table(transforms, (coordinate_transformation_mode) =>
      byScales([1, 1, 1.6, 0.5], { ...linear, coordinate_transformation_mode }),
    ),
    'by sizes': bySizes([1, 2, 9, 3], linear),
    'all axes': {
      op: 'Resize',
      opset: 19,
      operands: [some('float32', 3, 4), null, floats(1.5, 0.75)],
      attributes: linear,
    },
    antialiased: byScales([1, 1, 0.6, 0.5], { ...linear, antialias: 1 }),
    'one axis larger, one antialiased': bySizes([1, 2, 8, 3], { ...linear, antialias: 1 }),
    'the first version': { op: 'Resize', opset: 10, operands: [x, floats(1, 1, 2, 3)], attributes: linear },
  })
})

describe('cubic', () => {
  const cubic = { mode: 'cubic' }
  agree({
    ...table(
      transforms.filter((name) => name !== 'align_corners'),
      (coordinate_transformation_mode) =>
        byScales([1, 1, 1.6, 0.5], { ...cubic, coordinate_transformation_mode }),
    ),
    'aligned by sizes': bySizes([1, 2, 9, 3], { ...cubic, coordinate_transformation_mode: 'align_corners' }),
    'another kernel, by what is inside': byScales([1, 1, 2, 0.75], {
      ...cubic,
      cubic_coeff_a: attr.float(-0.5),
      exclude_outside: 1,
    }),
    antialiased: byScales([1, 1, 0.6, 0.5], { ...cubic, antialias: 1 }),
    'antialiased by what is inside': byScales([1, 1, 0.6, 0.5], {
      ...cubic,
      antialias: 1,
      exclude_outside: 1,
    }),
  })
})

describe('axes and regions', () => {
  const cropping = { coordinate_transformation_mode: 'tf_crop_and_resize' }
  const region = floats(0, 0, 0.2, -0.1, 1, 1, 0.7, 1.2)
  agree({
    'some axes': { ...bySizes([7, 3], { axes: [2, 3] }) },
    'axes in another order': { ...bySizes([7, 3], { axes: [3, 2], mode: 'linear' }) },
    'axes from behind, by scales': byScales([2, 0.5], { axes: [-2, -1] }),
    'no larger': bySizes([8, 7], { axes: [2, 3], keep_aspect_ratio_policy: 'not_larger' }),
    'no smaller': bySizes([8, 7], { axes: [2, 3], keep_aspect_ratio_policy: 'not_smaller', mode: 'linear' }),
    'a region': {
      ...bySizes([1, 2, 4, 6], { ...cropping, mode: 'linear', extrapolation_value: attr.float(9) }),
      operands: [x, region, null, ints(1, 2, 4, 6)],
    },
    'the nearest of a region': {
      ...bySizes([1, 2, 4, 6], cropping),
      operands: [x, region, null, ints(1, 2, 4, 6)],
    },
  })
})

describe('Upsample', () => {
  agree({
    'by an operand': { op: 'Upsample', opset: 9, operands: [x, floats(1, 1, 2, 1.5)] },
    'by attributes': {
      op: 'Upsample',
      opset: 7,
      operands: [x],
      attributes: { scales: attr.floats([1, 1, 2, 3]), mode: 'linear' },
    },
  })
})
