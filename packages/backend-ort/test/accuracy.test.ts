import * as td from '@tendril/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { ort } from '@tendril/backend-ort'

describe("accuracy: 'engine'", () => {
  beforeAll(async () => {
    td.registerBackend(ort({ accuracy: 'engine' }))
    await td.setBackend('ort')
  })

  it("takes onnxruntime's own gelu, which is right to 1e-7", () => {
    const x = td.linspace(-6, 6, 101, { dtype: 'float32' })
    const graph = td.traceGraph((a: td.NDArray) => td.gelu(a), { args: [x] })
    expect(graph.toSource()).toContain('Gelu')
    const expected = td.gelu(td.array(x.dataSync(), { dtype: 'float64', device: 'reference:cpu' }))
    expect(
      td
        .max(
          td.abs(
            td.subtract(td.array(graph(x).dataSync()), td.array(expected.dataSync(), { dtype: 'float32' })),
          ),
        )
        .item(),
    ).toBeLessThan(1e-6)
  })

  it('is one of two words', () => {
    expect(() => ort({ accuracy: 'fast' as 'exact' })).toThrow("it is 'exact' or 'engine'")
  })
})
