import { mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromBinary } from '@bufbuild/protobuf'
import * as td from '@tendril/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OnnxFile } from '../src/export.ts'
import { ModelProtoSchema, TensorProto_DataLocation, type TensorProto } from '../src/gen/onnx_pb.ts'
import { exportOnnx, saveOnnx } from '../src/index.ts'
import type { Initializer } from '../src/program.ts'
import { writeModel } from '../src/save.ts'
import { wholeModel } from '../src/storage.ts'

let folder = ''
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'tendril-save-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)

const tensorsOf = (name: string): readonly TensorProto[] =>
  fromBinary(ModelProtoSchema, readFileSync(at(name))).graph!.initializer

const placeOf = ({ externalData }: TensorProto): Readonly<Record<string, string>> =>
  Object.fromEntries(externalData.map(({ key, value }) => [key, value]))

/** Numbers that differ from each other. */
const counting = (size: number, from: number): td.NDArray =>
  td.array(Float32Array.from({ length: size }, (_, i) => from + i))

const weights = [counting(300, 0), counting(255, 1000), counting(2 ** 18, 5000), counting(256, -300)]

const graph = td.traceGraph(
  (x: td.NDArray) => weights.reduce((sum, weight) => td.add(sum, td.sum(td.multiply(weight, x))), x),
  { args: [td.array(1)] },
)

test('one file as long as it is small', async () => {
  await saveOnnx(graph, at('model.onnx'))
  expect(readdirSync(folder)).toEqual(['model.onnx'])
  expect(readFileSync(at('model.onnx')).equals(exportOnnx(graph))).toBe(true)
})

test('weights from 1 KiB on lie beside it on request, at places that can be mapped into memory', async () => {
  await saveOnnx(graph, at('model.onnx'), { externalData: true })
  expect(readdirSync(folder)).toEqual(['model.onnx', 'model.onnx.data'])
  const tensors = tensorsOf('model.onnx')
  const outside = tensors.filter(({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL)
  expect(outside.map(placeOf)).toEqual([
    { location: 'model.onnx.data', offset: '0', length: '1200' },
    { location: 'model.onnx.data', offset: '65536', length: '1048576' },
    { location: 'model.onnx.data', offset: '1114112', length: '1024' },
  ])
  expect(outside.every(({ rawData }) => rawData.byteLength === 0)).toBe(true)
  expect(tensors.filter((one) => !outside.includes(one)).map(({ dims }) => dims)).toEqual([[255n]])
  const data = readFileSync(at('model.onnx.data'))
  const stored = outside
    .map(placeOf)
    .map(({ offset, length }) => data.subarray(+offset!, +offset! + +length!))
  const large = weights.filter((_, i) => i !== 1)
  const isStored = (one: td.NDArray, i: number): boolean =>
    stored[i]!.equals(new Uint8Array((one.dataSync() as Float32Array).buffer))
  expect(large.map(isStored)).toEqual([true, true, true])
})

/** A program that adds constants to a number. */
function sums(initializers: readonly Initializer[]): OnnxFile {
  const sum = (i: number): string => (i === 0 ? 'x' : i === initializers.length ? 'y' : `s${i}`)
  return {
    program: {
      opset: 21,
      inputs: [{ name: 'x', dtype: 'float32', shape: [1] }],
      lifted: [],
      initializers,
      statements: initializers.flatMap(({ name }, i) => [
        { operator: 'Add', inputs: [sum(i), name], outputs: [sum(i + 1)], attributes: {} },
      ]),
      outputs: [{ name: 'y', dtype: 'float32', shape: [null] }],
    },
    about: {},
  }
}

describe('a limit', () => {
  const bytes = new Uint8Array(4000)
  const file = sums(
    ['a', 'b'].map((name) => ({ name, dtype: 'float32', shape: [1000], bytes: () => bytes }) as const),
  )
  const { byteLength } = wholeModel(file.program, file.about)

  test('is for weights and graph together', async () => {
    // Names of places count too, which a file of all does not have.
    await writeModel(file, at('fits.onnx'), undefined, byteLength + 200)
    await writeModel(file, at('over.onnx'), undefined, 8000)
    await writeModel(file, at('over.onnx'), false, 8000)
    await writeModel(file, at('beside.onnx'), undefined, 8000)
    expect(readdirSync(folder)).toEqual([
      'beside.onnx',
      'beside.onnx.data',
      'fits.onnx',
      'over.onnx',
      'over.onnx.data',
    ])
    expect(statSync(at('fits.onnx')).size).toBe(byteLength)
    expect(statSync(at('beside.onnx.data')).size).toBe(4096 + 4000)
  })
})

describe('above 2 GB', () => {
  const piece = new Uint8Array(2 ** 28)
  const many = Array.from({ length: 9 }, (_, i): Initializer => {
    const bytes = (): Uint8Array => piece
    return { name: `w${i}`, dtype: 'float32', shape: [2 ** 26], bytes }
  })

  test('there is no file of everything', async () => {
    const { program, about } = sums(many)
    const because =
      'its weights are above 2 GB, which is the most that an ONNX file can hold.\n' +
      'Write them into a file beside it: await saveOnnx(graph, path)'
    expect(() => wholeModel(program, about)).toThrow(because)
    await expect(writeModel({ program, about }, at('m.onnx'), false)).rejects.toThrow(because)
    expect(readdirSync(folder)).toEqual([])
  })

  const { bavail, bsize } = statfsSync(tmpdir())
  const isRoomy = process.env['TENDRIL_LARGE_FILES'] === '1' && bavail * bsize > 4 * 2 ** 30
  test.skipIf(!isRoomy)(
    'weights are streamed beside the model (runs with TENDRIL_LARGE_FILES=1 and 4 GB of disk)',
    async () => {
      const before = process.memoryUsage.rss()
      await writeModel(sums(many), at('m.onnx'), undefined)
      expect(process.memoryUsage.rss() - before).toBeLessThan(2 ** 29)
      expect(statSync(at('m.onnx')).size).toBeLessThan(4096)
      expect(statSync(at('m.onnx.data')).size).toBe(9 * 2 ** 28)
    },
    60_000,
  )
})

test('what cannot be written is told, and leaves what was there', async () => {
  writeFileSync(at('model.onnx'), 'old')
  const broken = sums([
    {
      name: 'a',
      dtype: 'float32',
      shape: [1000],
      bytes: () => {
        throw new Error('the array was disposed')
      },
    },
  ])
  await expect(writeModel(broken, at('model.onnx'), true)).rejects.toThrow(
    'files: the model cannot be written: the array was disposed',
  )
  expect(readdirSync(folder)).toEqual(['model.onnx'])
  expect(readFileSync(at('model.onnx'), 'utf8')).toBe('old')
  await expect(saveOnnx(graph, at('nowhere/model.onnx'))).rejects.toThrow('ENOENT')
  await expect(saveOnnx(graph, '')).rejects.toThrow('saveOnnx: \'path\' is "": it takes the path of a file')
  await expect(saveOnnx(graph, at('model.onnx'), { opset: 5 })).rejects.toThrow(
    "saveOnnx: 'opset' is 5: it takes 18 to 26.",
  )
})
