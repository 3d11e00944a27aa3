import type { Generator } from '../draw.ts'

const matmul: Generator = (draw) => {
  const [n, k, m] = [draw.size(), draw.size(), draw.size()]
  const shape = draw.empty ? [] : draw.shape(0, 2)
  const left = draw.rarely(4) ? [k] : [...draw.broadcastable(shape), n, k]
  const right = draw.rarely(4) ? [k] : [...draw.broadcastable(shape), k, m]
  return {
    inputs: [draw.array(left), draw.array(right, draw.rarely(6) ? draw.otherDType() : draw.wanted.dtype)],
    params: {},
  }
}

export const products: Readonly<Record<string, Generator>> = { matmul }
