import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import * as td from '@tendril/core'
import { describe, expect, test } from 'vitest'
import { pythonWithNumpy } from '../numpy/python.ts'
import { identity, randomArray, randomSymmetric } from './matrices.ts'

// numpy's LAPACK judges the kernels, in float64, up to the order of rounding and the condition of the matrices.

const found = pythonWithNumpy()
const python = 'python' in found ? found.python : undefined
const title = 'absent' in found ? `skipped, as ${found.absent}` : 'numpy agrees'
const judge = fileURLToPath(new URL('judge.py', import.meta.url))

const { linalg } = td
type Shape = readonly number[]
const squares: readonly Shape[] = [
  [1, 1],
  [2, 2],
  [3, 3],
  [7, 7],
  [2, 5, 5],
  [3, 1, 4, 4],
  [40, 40],
  [0, 0],
  [0, 2, 2],
]
const shapes: readonly Shape[] = [
  ...squares,
  [5, 3],
  [3, 5],
  [2, 6, 4],
  [2, 4, 6],
  [1, 7],
  [7, 1],
  [30, 8],
  [8, 30],
]

const random = (shape: Shape): td.NDArray => randomArray(shape, 1, 'float64')
const randomComplex = (shape: Shape): td.NDArray => td.complex(random(shape), td.flip(random(shape)))
const symmetric = (shape: Shape): td.NDArray => randomSymmetric(shape, 1, 'float64')
const adjoint = (x: td.NDArray): td.NDArray => td.conj(td.matrixTranspose(x))
const definite = (shape: Shape): td.NDArray => {
  const x = random(shape)
  return td.add(td.matmul(x, td.matrixTranspose(x)), identity(shape.at(-1)!, 'float64'))
}

/** The same of complex numbers: Hermitian for symmetric. */
const complexOf = new Map([
  [random, randomComplex],
  [symmetric, (shape: Shape): td.NDArray => td.add(randomComplex(shape), adjoint(randomComplex(shape)))],
  [
    definite,
    (shape: Shape): td.NDArray => {
      const x = randomComplex(shape)
      return td.add(td.matmul(x, adjoint(x)), identity(shape.at(-1)!, 'complex128'))
    },
  ],
])

interface Asked {
  readonly shapes: readonly Shape[]
  readonly make?: (shape: Shape) => td.NDArray
  readonly call: (x: td.NDArray, params: never) => td.NDArray | Readonly<Record<string, td.NDArray>>
  readonly params?: readonly object[]
}

const filled = shapes.filter((shape) => !shape.includes(0))
const filledSquares = squares.filter((shape) => !shape.includes(0))
const asked: Readonly<Record<string, Asked>> = {
  cholesky: {
    shapes: squares,
    make: definite,
    call: linalg.cholesky,
    params: [{ upper: false }, { upper: true }],
  },
  det: { shapes: squares, call: (x) => linalg.det(x) },
  eig: { shapes: filledSquares, call: (x) => linalg.eig(x) },
  eigvals: { shapes: filledSquares, call: (x) => linalg.eigvals(x) },
  eigh: { shapes: filledSquares, make: symmetric, call: (x) => linalg.eigh(x) },
  eigvalsh: { shapes: squares, make: symmetric, call: (x) => linalg.eigvalsh(x) },
  inv: { shapes: squares, call: (x) => linalg.inv(x) },
  matrixNorm: {
    shapes: filled,
    call: linalg.matrixNorm,
    params: ['fro', 'nuc', 1, -1, 2, -2, Infinity, -Infinity].flatMap((ord) =>
      [true, false].map((keepdims) => ({ ord, keepdims })),
    ),
  },
  matrixPower: {
    shapes: squares.filter((shape) => shape.at(-1)! < 8),
    call: (x, { n }: { readonly n: number }) => linalg.matrixPower(x, n),
    params: [0, 1, 2, 5, -1].map((n) => ({ n })),
  },
  matrixRank: { shapes: filled, call: (x) => linalg.matrixRank(x) },
  pinv: { shapes: filled, call: (x) => linalg.pinv(x) },
  qr: { shapes: filled, call: linalg.qr, params: [{ mode: 'reduced' }, { mode: 'complete' }] },
  slogdet: { shapes: squares, call: (x) => linalg.slogdet(x) },
  solve: {
    shapes: squares.filter((shape) => !shape.includes(0)),
    call: (x, { right }: { readonly right: Written }) =>
      linalg.solve(x, td.reshape(td.array(right.data, { dtype: 'float64' }), right.shape)),
    params: [],
  },
  svd: { shapes: filled, call: linalg.svd, params: [{ fullMatrices: true }, { fullMatrices: false }] },
  svdvals: { shapes: filled, call: (x) => linalg.svdvals(x) },
}

interface Written {
  readonly shape: Shape
  readonly data: number[]
  readonly im?: number[]
}
const numbersOf = (x: td.NDArray): number[] => Array.from(x.dataSync() as ArrayLike<number>, Number)
const write = (x: td.NDArray): Written => ({
  shape: x.shape,
  data: numbersOf(td.real(x)),
  ...(x.dtype === 'complex128' && { im: numbersOf(td.imag(x)) }),
})

/** Right sides of all ranks that a matrix of this shape takes. */
const rightsOf = (shape: Shape): readonly object[] =>
  [[shape.at(-1)!], [...shape.slice(0, -1), 2], [shape.at(-1)!, 3]].map((size) => ({
    right: write(random(size)),
  }))

function callsOf(fn: string, isComplex: boolean): readonly object[] {
  const { shapes: all, make = random, call, params } = asked[fn]!
  return all.flatMap((shape) =>
    (fn === 'solve' ? rightsOf(shape) : (params ?? [{}])).map((given) => {
      const x = (isComplex ? complexOf.get(make)! : make)(shape)
      const result = call(x, given as never)
      const results = result instanceof td.NDArray ? [result] : Object.values(result)
      return { fn, x: write(x), params: given, results: results.map(write) }
    }),
  )
}

describe.skipIf(python === undefined)(`${title}`, () => {
  const kinds = Object.keys(asked).flatMap((fn) => [
    { fn, of: 'real' },
    { fn, of: 'complex' },
  ])

  test.each(kinds)('$fn of $of matrices', ({ fn, of }) => {
    const calls = callsOf(fn, of === 'complex')
    const words = (_: string, value: unknown): unknown =>
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
    const input = JSON.stringify(calls, words)
    const { stdout, stderr, status } = spawnSync(python!, [judge], {
      input,
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    })
    expect(`${status} ${stderr}`).toBe('0 ')
    const shares = JSON.parse(stdout) as readonly number[]
    expect(shares).toHaveLength(calls.length)
    expect(Math.max(...shares)).toBeLessThan(1e-13)
  })
})
