/**
 * ResNet-50 with its normalizations folded in, in the functions of whichever library: `conv(x, w, b, stride, padding)`,
 * `relu`, `add`, `pool` (3x3, stride 2, padding 1), `mean` over the places, `linear(x, w, b)`, `softmax`. The weights come in
 * the order of the nodes of the seeded model.
 */
export function resnet50(ops, weights) {
  const { conv, relu, add, pool, mean, linear, softmax } = ops
  return (image) => {
    let at = 0
    const next = (x, stride, padding) => conv(x, weights[at++], weights[at++], stride, padding)
    let x = pool(relu(next(image, 2, 3)))
    for (const [stage, layers] of [3, 4, 6, 3].entries()) {
      for (let layer = 0; layer < layers; layer++) {
        const stride = stage > 0 && layer === 0 ? 2 : 1
        const a = relu(next(x, 1, 0))
        const b = relu(next(a, stride, 1))
        const c = next(b, 1, 0)
        x = relu(add(c, layer === 0 ? next(x, stride, 0) : x))
      }
    }
    return softmax(linear(mean(x), weights[at++], weights[at++]))
  }
}
