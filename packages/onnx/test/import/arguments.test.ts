import * as td from '@tendril/core'
import { exportOnnx, importOnnx } from '@tendril/onnx'
import { describe, expect, it } from 'vitest'

const bytes = exportOnnx(
  td.traceGraph(
    function scores(image: td.NDArray, bias: td.NDArray) {
      return td.add(td.sum(td.relu(image), { axis: [2, 3] }), bias)
    },
    { args: [td.spec('float32', ['n', 3, 4, 4]), td.spec('float32', [3])] },
  ),
)

const message = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return `${(error as Error).constructor.name}: ${(error as Error).message.replace(/\s+at [^\n]+$/, '').replaceAll('\n', ' ')}`
  }
  return 'no error'
}

describe('arguments of a model', () => {
  const graph = importOnnx(bytes)
  const image = td.ones([2, 3, 4, 4], { dtype: 'float32' })
  const bias = td.zeros([3], { dtype: 'float32' })
  const call = graph as unknown as (...given: unknown[]) => td.NDArray
  const both = 'the model takes 2 inputs: image float32[n,3,4,4], bias float32[3].'

  it.each([
    ['too few', () => call(image), `ParamError: model: 'bias' is undefined: ${both}`],
    ['too many', () => call(image, bias, 3), `ParamError: model: 'argument 2' is 3: ${both}`],
    [
      'no array',
      () => call([[1, 2]], bias),
      "ParamError: model: 'image' is [[1, 2]]: it takes an array, float32[n,3,4,4]. Make one first: td.array(…).",
    ],
    [
      'of another dtype',
      () => call(td.ones([2, 3, 4, 4], { dtype: 'int32' }), bias),
      "DTypeError: model input 'image': dtype int32: it takes float32[n,3,4,4]. Convert it first: td.astype(x, 'float32').",
    ],
    [
      'of another rank',
      () => call(td.ones([3], { dtype: 'float32' }), bias),
      "ShapeError: model input 'image': shape [3] does not fit: it takes float32[n,3,4,4]. To trace the model for other sizes, import it with { inputs: { 'image': td.spec(…) } }.",
    ],
    [
      'of another size',
      () => call(td.ones([2, 3, 5, 4], { dtype: 'float32' }), bias),
      "ShapeError: model input 'image': shape [2,3,5,4] does not fit: it takes float32[n,3,4,4]. To trace the model for other sizes, import it with { inputs: { 'image': td.spec(…) } }.",
    ],
  ])('that are %s', (_what, run, expected) => {
    expect(message(run)).toBe(expected)
  })

  it('may have other sizes where the import says so', () => {
    const freed = importOnnx(bytes, { inputs: { image: td.spec('float32', ['n', 3, 'height', 'width']) } })
    for (const size of [4, 7])
      expect(
        (freed(td.ones([1, 3, size, size], { dtype: 'float32' }), bias) as td.NDArray).toArray(),
      ).toEqual([[size * size, size * size, size * size]])
    expect(freed.explain().runs).toBe(1)
  })

  it('may have other sizes where a trace is made of others', () => {
    const args = [td.spec('float32', ['n', 3, 'side', 'side']), td.spec('float32', [3])]
    const traced = td.traceGraph(bytes, { args }) as unknown as (...given: td.NDArray[]) => td.NDArray
    expect(traced(td.ones([1, 3, 5, 5], { dtype: 'float32' }), bias).toArray()).toEqual([[25, 25, 25]])
  })

  it('are called as the model calls them', () => {
    expect(message(() => importOnnx(bytes, { inputs: { pixels: td.spec('float32', [1]) } }))).toBe(
      "ParamError: importOnnx: 'inputs' is \"pixels\": the model has no such input; it has 'image', 'bias'.",
    )
    expect(message(() => importOnnx(bytes, { inputs: { image: { dtype: 'f32' } as never } }))).toContain(
      'it takes the name of a dtype',
    )
  })
})
