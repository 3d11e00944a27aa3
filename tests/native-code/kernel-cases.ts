import * as tf from '@tensorflow/tfjs-core'
// oxlint-disable-next-line import/no-unassigned-import -- it registers the gradients
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'

const tensor = (...shape: number[]): tf.Tensor => {
  const count = shape.reduce((n, size) => n * size, 1)
  return tf.tensor(
    Float32Array.from({ length: count }, (_, i) => Math.sin(i * 2.3 + count)),
    shape,
  )
}
const gradOf =
  (fn: (...xs: tf.Tensor[]) => tf.Tensor) =>
  (...xs: tf.Tensor[]): tf.Tensor[] =>
    // A weighted sum, so that each place has a gradient of its own.
    tf.grads((...ys: tf.Tensor[]) => {
      const out = fn(...ys)
      return tf.sum(tf.mul(out, tensor(...out.shape)))
    })(xs)

/** A function of tfjs, and what its arguments are made by. */
type Case = readonly [
  name: string,
  fn: (...xs: tf.Tensor[]) => tf.Tensor | tf.Tensor[],
  ...xs: (() => tf.Tensor)[],
]
const x4 = (): tf.Tensor => tensor(2, 7, 6, 4)
const square = (): tf.Tensor => tensor(2, 6, 6, 3)
const ids = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32')
const sizes =
  (...values: number[]) =>
  (): tf.Tensor =>
    ids(...values)
const asIds = <R extends tf.Rank = tf.Rank.R1>(x: tf.Tensor): tf.Tensor<R> =>
  tf.cast(x as tf.Tensor<R>, 'int32')
const filter = (): tf.Tensor => tensor(3, 2, 4, 6)
const conv =
  (strides: number | [number, number], padding: 'same' | 'valid' | number, dilations = 1) =>
  (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
    tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, padding, 'NHWC', dilations)

/** Functions whose kernels tfjs' own tests do not record: mostly gradients. */
export const cases: readonly Case[] = [
  ['conv2d same', gradOf(conv(1, 'same')), x4, filter],
  ['conv2d with strides', gradOf(conv([2, 3], 'valid')), x4, filter],
  ['conv2d same with strides', gradOf(conv(2, 'same')), x4, filter],
  ['conv2d padded', gradOf(conv(2, 1)), x4, filter],
  [
    'depthwise',
    gradOf((x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same')),
    x4,
    () => tensor(3, 2, 4, 3),
  ],
  [
    'depthwise valid',
    gradOf((x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid')),
    x4,
    () => tensor(2, 3, 4, 2),
  ],
  [
    'conv3d',
    gradOf((x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, [1, 2, 2], 'same')),
    () => tensor(2, 3, 5, 4, 2),
    () => tensor(2, 3, 2, 2, 3),
  ],
  [
    'conv2dTranspose',
    (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, 13, 12, 5], 2, 'same'),
    () => tensor(2, 7, 6, 3),
    () => tensor(3, 3, 5, 3),
  ],
  ['maxPool', gradOf((x) => tf.maxPool(x as tf.Tensor4D, [3, 2], 2, 'same')), x4],
  ['maxPool of equal elements', gradOf((x) => tf.maxPool(tf.round(x) as tf.Tensor4D, 2, 1, 'valid')), x4],
  [
    'maxPool of equal inputs',
    gradOf((x) => tf.maxPool(x as tf.Tensor4D, 2, 1, 'valid')),
    () => tf.round(x4()),
  ],
  [
    'maxPool3d of equal inputs',
    gradOf((x) => tf.maxPool3d(x as tf.Tensor5D, 2, 1, 'valid')),
    () => tf.round(tensor(1, 4, 3, 3, 2)),
  ],
  ['avgPool valid', gradOf((x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid')), x4],
  ['avgPool', gradOf((x) => tf.avgPool(x as tf.Tensor4D, [3, 2], 2, 'same')), x4],
  ['avgPool3d', gradOf((x) => tf.avgPool3d(x as tf.Tensor5D, 2, 1, 'same')), () => tensor(1, 4, 3, 3, 2)],
  ['elu', gradOf((x) => tf.elu(x)), () => tensor(9)],
  ['selu', gradOf((x) => tf.selu(x)), () => tensor(9)],
  ['leakyRelu', gradOf((x) => tf.leakyRelu(x, 0.3)), () => tensor(9)],
  ['prelu', gradOf((x, a) => tf.prelu(x, a)), () => tensor(3, 4), () => tensor(4)],
  ['relu6', gradOf((x) => tf.relu6(tf.mul(x, 8))), () => tensor(9)],
  ['gather', gradOf((x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'))), () => tensor(4, 3)],
  ['logSoftmax', gradOf((x) => tf.logSoftmax(x)), () => tensor(3, 4)],
  ['cumsum', gradOf((x) => tf.cumsum(x, 1, true, true)), () => tensor(3, 4)],
  [
    'batchNorm',
    gradOf((x, m, v, o, s) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        m as tf.Tensor1D,
        tf.square(v) as tf.Tensor1D,
        o as tf.Tensor1D,
        s as tf.Tensor1D,
      ),
    ),
    x4,
    ...[4, 4, 4, 4].map((size) => () => tensor(size)),
  ],
  ['asin', (x) => tf.asin(x), () => tensor(9)],
  ['reciprocal', (x) => tf.reciprocal(x), () => tensor(9)],
  ['sign', (x) => tf.sign(x), () => tf.tensor1d([-2, 0, 3])],
  ['step', (x) => tf.step(x, 0.5), () => tf.tensor1d([-2, 0, 3, NaN])],
  [
    'logicalOr and xor',
    (x, y) => tf.logicalOr(tf.greater(x, 0), tf.logicalXor(tf.less(x, y), tf.less(y, 0))),
    () => tensor(9),
    () => tensor(9),
  ],
  [
    'lowerBound and upperBound',
    (x, y) => [tf.lowerBound(x, y), tf.upperBound(x, y)],
    () => tf.tensor2d([[1, 2, 2, 5]]),
    () => tf.tensor2d([[0, 2, 9]]),
  ],
  ['broadcastTo', (x) => tf.broadcastTo(x, [2, 3, 4]), () => tensor(3, 1)],
  ['moments and norms', (x) => [tf.moments(x, 0).variance, tf.norm(x, 2, 1)], () => tensor(3, 4)],
  [
    'mixed dtypes',
    (x) => tf.add(tf.cast(tf.greater(x, 0), 'int32'), tf.mul(tf.cast(x, 'int32'), 3)),
    () => tf.mul(tensor(9), 5),
  ],
  [
    'lstm step',
    (x, k, b) =>
      tf.basicLSTMCell(
        tf.scalar(1),
        k as tf.Tensor2D,
        b as tf.Tensor1D,
        x as tf.Tensor2D,
        tf.zeros([2, 3]),
        tf.zeros([2, 3]),
      ),
    () => tensor(2, 4),
    () => tensor(7, 12),
    () => tensor(12),
  ],
  [
    'image steps',
    (x) => tf.image.resizeBilinear(tf.image.flipLeftRight(x as tf.Tensor4D), [3, 9], false, true),
    x4,
  ],
  [
    'confusionMatrix',
    (x) => tf.math.confusionMatrix(tf.cast(x, 'int32') as tf.Tensor1D, tf.tensor1d([0, 1, 1], 'int32'), 2),
    () => tf.tensor1d([0, 1, 0]),
  ],
  ['resizeBilinear', gradOf((x) => tf.image.resizeBilinear(x as tf.Tensor4D, [9, 4])), square],
  ['resizeBilinear aligned', gradOf((x) => tf.image.resizeBilinear(x as tf.Tensor4D, [4, 11], true)), square],
  ['resizeBilinear as it is', gradOf((x) => tf.image.resizeBilinear(x as tf.Tensor4D, [6, 6])), square],
  // Of several images tfjs:cpu takes what came back from wrong places.
  [
    'resizeNearest',
    gradOf((x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [13, 4])),
    () => tensor(1, 7, 6, 4),
  ],
  [
    'resizeNearest aligned',
    gradOf((x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [4, 11], true)),
    () => tensor(1, 7, 6, 4),
  ],
  [
    'localResponseNormalization',
    gradOf((x) => tf.localResponseNormalization(x as tf.Tensor4D, 1, 0.7, 0.4, 0.6)),
    x4,
  ],
  [
    'dilation2d',
    gradOf((x, w) => tf.dilation2d(x as tf.Tensor4D, w as tf.Tensor3D, [2, 1], 'same', 2)),
    x4,
    () => tensor(3, 2, 4),
  ],
  [
    'dilation2d of equal sums',
    gradOf((x, w) => tf.dilation2d(x as tf.Tensor4D, w as tf.Tensor3D, 1, 'valid')),
    () => tf.round(x4()),
    () => tf.round(tensor(2, 2, 4)),
  ],
  [
    'rotateWithOffset',
    (x) => [
      tf.image.rotateWithOffset(x as tf.Tensor4D, 0.7),
      tf.image.rotateWithOffset(x as tf.Tensor4D, -2, [7, 8, 9], [0.2, 0.9]),
    ],
    x4,
  ],
  ['broadcastArgs', (a, b) => tf.broadcastArgs(a, b), sizes(3, 1, 5), sizes(4, 1)],
  ['gather from many rows', gradOf((x) => tf.gather(x, ids(7, 19_999, 7, 0))), () => tensor(20_000, 8)],
  [
    'scatterND',
    (x) => tf.scatterND(tf.tensor2d([[1], [1], [3]], undefined, 'int32'), x as tf.Tensor2D, [4, 2]),
    () => tensor(3, 2),
  ],
  ['scatterND at a list', (x) => tf.scatterND(ids(2, 0, 2), x as tf.Tensor1D, [5]), () => tensor(3)],
  [
    'tensorScatterUpdate',
    (x, y) =>
      tf.tensorScatterUpdate(
        x,
        tf.tensor2d(
          [
            [1, 0],
            [0, 2],
            [1, 0],
          ],
          undefined,
          'int32',
        ),
        y,
      ),
    () => tensor(2, 3, 2),
    () => tensor(3, 2),
  ],
  [
    'sparseToDense',
    (x) => [
      tf.sparseToDense(ids(1, 3), tf.slice(x, 0, 2) as tf.Tensor1D, [5], -1),
      tf.sparseToDense(
        tf.tensor2d(
          [
            [0, 1],
            [1, 1],
          ],
          undefined,
          'int32',
        ),
        tf.sum(x),
        [2, 2],
      ),
    ],
    () => tensor(3),
  ],
  ['unsortedSegmentSum', (x) => tf.unsortedSegmentSum(x, ids(1, -1, 1), 3), () => tensor(3, 2)],
  [
    'bincount',
    (x, w) => [tf.bincount(asIds(x), w as tf.Tensor1D, 5), tf.bincount(asIds(x), tf.tensor1d([]), 2)],
    () => tf.tensor1d([0, 3, 3, 7]),
    () => tensor(4),
  ],
  [
    'denseBincount',
    (x) => [
      tf.denseBincount(asIds<tf.Rank.R2>(x), tf.tensor2d([], [0, 0]), 4),
      tf.denseBincount(asIds<tf.Rank.R2>(x), tf.tensor2d([], [0, 0]), 4, true),
    ],
    () =>
      tf.tensor2d([
        [0, 3, 3],
        [1, 9, 1],
      ]),
  ],
  [
    'no elements',
    (x) => [tf.sum(x, 0), tf.relu(x), tf.concat([x, tf.zeros([0, 3])])],
    () => tf.zeros([0, 3]),
  ],
  [
    'argMax and argMin beside NaN',
    (x) => [tf.argMax(x, 0), tf.argMin(x, 0), tf.argMax(x, -1), tf.argMin(x, -1)],
    () =>
      tf.tensor2d([
        [NaN, 1, 5, -Infinity],
        [2, NaN, 7, -Infinity],
        [-Infinity, NaN, Infinity, NaN],
        [NaN, NaN, NaN, NaN],
      ]),
  ],
]
