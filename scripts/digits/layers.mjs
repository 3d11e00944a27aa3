// Layers with gradients of their own, because tfjs' wasm backend has no gradient of a filter, and sums over all but the last
// axis slowly: filter gradients are convolutions, and sums are matrix products with ones.
import * as tf from '@tensorflow/tfjs-core'

export const epsilon = 1e-5

/** Convolution of x [n, height, width, in] with a filter [side, side, in, out]; `padding` zeros on each side. */
export function convolve(x, filter, stride, padding) {
  return tf.customGrad((input, weights, save) => {
    save([input, weights])
    return {
      value: tf.conv2d(input, weights, stride, padding),
      gradFunc: (dy, [images, taps]) => [
        inputGradient(dy, taps, stride, padding),
        filterGradient(dy, images, taps.shape[0], stride, padding),
      ],
    }
  })(x, filter)
}

function inputGradient(dy, filter, stride, padding) {
  const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2])
  return tf.conv2d(stride === 1 ? dy : spread(dy), turned, 1, filter.shape[0] - 1 - padding)
}

/** Twice as high and wide, with zeros between. */
function spread(x) {
  const [n, height, width, channels] = x.shape
  const after = [
    [0, 0],
    [0, 1],
    [0, 0],
  ]
  const wide = tf.pad(tf.reshape(x, [n * height * width, 1, channels]), after)
  const high = tf.pad(tf.reshape(wide, [n * height, 1, 2 * width * channels]), after)
  return tf.reshape(high, [n, 2 * height, 2 * width, channels])
}

/** The images, with their batch as channels, convolved with the gradient as filter. */
function filterGradient(dy, images, side, stride, padding) {
  const zeros = [padding, padding]
  const padded = tf.transpose(tf.pad(images, [[0, 0], zeros, zeros, [0, 0]]), [3, 1, 2, 0])
  const taps = tf.conv2d(padded, tf.transpose(dy, [1, 2, 0, 3]), 1, 'valid', 'NHWC', stride)
  return tf.transpose(tf.slice(taps, [0, 0, 0, 0], [-1, side, side, -1]), [1, 2, 0, 3])
}

/** Batch norm by the statistics of this batch, which `moments(mean, variance)` receives. */
export function batchNorm(x, gamma, beta, moments) {
  const channels = x.shape.at(-1)
  const rows = x.size / channels
  const total = (values) =>
    tf.reshape(tf.matMul(tf.ones([1, rows]), tf.reshape(values, [rows, channels])), [channels])
  return tf.customGrad((input, scale, offset, save) => {
    const mean = tf.div(total(input), rows)
    const centred = tf.sub(input, mean)
    const variance = tf.div(total(tf.square(centred)), rows)
    moments(mean, variance)
    const slope = tf.rsqrt(tf.add(variance, epsilon))
    const normal = tf.mul(centred, slope)
    save([normal, slope, scale])
    return {
      value: tf.add(tf.mul(normal, scale), offset),
      gradFunc: (dy, [saved, savedSlope, savedScale]) => {
        const offsetGradient = total(dy)
        const scaleGradient = total(tf.mul(dy, saved))
        const shared = tf.add(tf.div(offsetGradient, rows), tf.mul(saved, tf.div(scaleGradient, rows)))
        return [tf.mul(tf.sub(dy, shared), tf.mul(savedSlope, savedScale)), scaleGradient, offsetGradient]
      },
    }
  })(x, gamma, beta)
}
