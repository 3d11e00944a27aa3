import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engines } from '../engines.ts'

afterEach(() => td.unsetBackend())

const int = (data: td.ArrayData): td.NDArray => td.array(data, { dtype: 'int32' })

describe('devices', () => {
  beforeEach(async () => {
    await td.loadBackend('tfjs:wasm')
    await td.setBackend('tfjs:cpu')
  })

  test('arrays are made on a device, and moved to one', () => {
    const made = td.full([2], 3, { device: 'wasm' })
    expect([made.device, made.toArray()]).toEqual(['wasm', [3, 3]])
    const moved = td.array([1, 2]).toDevice('wasm')
    expect([moved.device, moved.toArray()]).toEqual(['wasm', [1, 2]])
    expect(td.astype(moved, 'int32', { device: 'cpu' }).device).toBe('cpu')
    expect(td.zerosLike(moved).device).toBe('wasm')
    expect(td.asarray([1], { device: 'tfjs:wasm' }).device).toBe('wasm')
    expect(moved.toDevice('wasm')).toBe(moved)
    expect(() => td.zeros([1], { device: 'cuda' })).toThrow(td.ParamError)
  })

  test('a graph stays on its own', () => {
    const x = td.array([1, 2])
    const same = td.traceGraph((a: td.NDArray) => td.onesLike(a, { device: a.device }), { args: [x] })
    expect(same.toString()).toContain('onesLike(%0, dtype=null)')
    expect(() => td.traceGraph((a: td.NDArray) => td.onesLike(a, { device: 'wasm' }), { args: [x] })).toThrow(
      td.ParamError,
    )
  })

  test('the namespace tells of them', () => {
    const info = td.arrayNamespaceInfo()
    expect(info.defaultDevice()).toBe('cpu')
    expect(info.devices()).toEqual(expect.arrayContaining(['cpu', 'wasm']))
    expect(info.dtypes({ device: 'wasm', kind: 'real floating' })).toMatchObject({ float32: 'float32' })
    expect(() => info.dtypes({ device: 'cuda' })).toThrow(td.ParamError)
  })
})

describe.each(engines)('on %s', (engine) => {
  beforeEach(() => td.setBackend(engine))

  test('operators take the array as their second operand', () => {
    const x = td.array([1, 2, 4])
    expect(x.radd(1).toArray()).toEqual([2, 3, 5])
    expect(x.rsubtract(1).toArray()).toEqual([0, -1, -3])
    expect(x.rmultiply(3).toArray()).toEqual([3, 6, 12])
    expect(x.rdivide(1).toArray()).toEqual([1, 0.5, 0.25])
    expect(x.rfloorDivide(5).toArray()).toEqual([5, 2, 1])
    expect(x.rremainder(5).toArray()).toEqual([0, 1, 1])
    expect(x.rpow(2).toArray()).toEqual([2, 4, 16])
    expect(
      td
        .array([[1, 2]])
        .rmatmul(td.array([[3]]))
        .toArray(),
    ).toEqual([[3, 6]])
    const bits = int([1, 2])
    expect(bits.rbitwiseAnd(3).toArray()).toEqual([1, 2])
    expect(bits.rbitwiseOr(4).toArray()).toEqual([5, 6])
    expect(bits.rbitwiseXor(1).toArray()).toEqual([0, 3])
    expect(bits.rbitwiseLeftShift(1).toArray()).toEqual([2, 4])
    expect(bits.rbitwiseRightShift(8).toArray()).toEqual([4, 2])
    const graph = td.traceGraph((a: td.NDArray) => a.rsubtract(1), { args: [x] })
    expect((graph(x) as td.NDArray).toArray()).toEqual([0, -1, -3])
  })

  test('the namespace tells its dtypes, each of which arrays may have', () => {
    const info = td.arrayNamespaceInfo()
    const names = Object.values(info.dtypes())
    expect(names).toEqual(expect.arrayContaining(Object.values(info.defaultDtypes())))
    expect(names.map((dtype) => td.zeros([1], { dtype }).dtype)).toEqual(names)
    expect(Object.keys(info.dtypes({ kind: ['bool', 'complex floating'] }))).toEqual(
      names.filter((dtype) => dtype === 'bool' || dtype.startsWith('complex')),
    )
    expect(info.devices()).toContain(info.defaultDevice())
  })

  test('options that change nothing are taken, and others refused', () => {
    expect(td.sort(td.array([2, 1]), { stable: false }).toArray()).toEqual([1, 2])
    expect(td.reshape(td.array([1, 2]), [2, 1], { copy: true }).shape).toEqual([2, 1])
    expect(td.arange(2, { dtype: null, device: null } as object).toArray()).toEqual([0, 1])
    const x = td.array([1])
    expect(td.asarray(x, { copy: false })).toBe(x)
    expect(() => td.asarray([1], { copy: false })).toThrow(td.ParamError)
    const whole = td.asarray(td.array([1.5]), { dtype: 'int32' })
    expect([whole.dtype, whole.toArray()]).toEqual(['int32', [1]])
    expect(() => td.asarray(x, { dtype: 'int32', copy: false })).toThrow(td.ParamError)
    const graph = td.traceGraph((a: td.NDArray) => td.asarray(a, { dtype: 'int32' }), { args: [x] })
    expect(graph.toString()).toContain('astype(%0, dtype="int32")')
    expect(() => td.sort(x, { stabel: true } as object)).toThrow(td.ParamError)
    expect(() => td.sort(x, { stable: 1 } as object)).toThrow(td.ParamError)
  })
})

test('shapes broadcast without arrays', () => {
  expect(td.broadcastShapes([2, 1], [3])).toEqual([2, 3])
  expect(td.broadcastShapes()).toEqual([])
  expect(td.broadcastShapes([0], [1], [])).toEqual([0])
  expect(td.broadcastShapes([null, 1], [3])).toEqual([null, 3])
  expect(td.broadcastShapes([null], [4])).toEqual([4])
  expect(() => td.broadcastShapes([2], [3])).toThrow(td.ShapeError)
  expect(() => td.broadcastShapes([2], [0])).toThrow(td.ShapeError)
  expect(() => td.broadcastShapes([-1])).toThrow(td.ParamError)
})

test('constants', () => {
  expect([td.e, td.pi, td.inf, td.nan, td.newaxis]).toEqual([Math.E, Math.PI, Infinity, NaN, null])
  expect(td.array([1, 2]).at(td.newaxis).shape).toEqual([1, 2])
})
