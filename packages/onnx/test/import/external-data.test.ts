import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toBinary } from '@bufbuild/protobuf'
import { FormatError, type NDArray } from '@tendril/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ModelProtoSchema } from '../../src/gen/onnx_pb.ts'
import { importOnnx, ModelBuilder } from '../../src/index.ts'

let around: string
let folder: string

/** A folder with weights in it, beside it and behind links. */
beforeAll(() => {
  around = mkdtempSync(join(tmpdir(), 'tendril-external-'))
  folder = join(around, 'model')
  mkdirSync(join(folder, 'inner'), { recursive: true })
  const weights = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer)
  for (const path of ['weights', 'inner/weights', '..weights', '../secret', '../model-beside'])
    writeFileSync(join(folder, path), weights)
  symlinkSync(join(around, 'secret'), join(folder, 'link'))
  symlinkSync(around, join(folder, 'link-to-folder'))
  symlinkSync(join(folder, 'weights'), join(folder, 'link-inside'))
})
afterAll(() => {
  rmSync(around, { recursive: true })
})

interface Place {
  readonly location: string
  readonly offset?: string
  readonly length?: string
}

/** The path of a model whose one tensor stands in another file. */
function modelAt({ location, offset = '0', length = '16' }: Place, shape: readonly number[] = [4]): string {
  const builder = new ModelBuilder()
  const x = builder.input('float32', [])
  const w = builder.externalInitializer('float32', shape, { location, offset: 0, length: 0 })
  builder.output(builder.node('Add', [x, w]), 'float32', null)
  const { model } = builder
  const entries = model.graph!.initializer[0]!.externalData
  for (const entry of entries) entry.value = { location, offset, length }[entry.key as keyof Place]!
  const path = join(folder, 'model.onnx')
  writeFileSync(path, toBinary(ModelProtoSchema, model))
  return path
}

test.each(['weights', 'inner/weights', './weights', 'inner/../weights', '..weights', 'link-inside'])(
  'reads %s',
  (location) => {
    const graph = importOnnx(modelAt({ location }))
    const x = importOnnx(modelAt({ location, offset: '4', length: '4' }, [1]))
    expect(graph).toBeTypeOf('function')
    expect(x).toBeTypeOf('function')
  },
)

test('reads the part that the model names', async () => {
  const { array } = await import('@tendril/core')
  const graph = importOnnx(modelAt({ location: 'weights', offset: '4', length: '8' }, [2]))
  expect(Array.from((graph(array(10)) as NDArray).dataSync() as Float32Array)).toEqual([12, 13])
})

test.each([
  ['../secret'],
  ['inner/../../secret'],
  ['../model-beside'],
  ['link'],
  ['link-to-folder/secret'],
  ['/etc/passwd'],
  [''],
  ['.'],
  ['..'],
  ['inner'],
  ['absent'],
  ['weights\0'],
])('refuses %j', (location) => {
  expect(() => importOnnx(modelAt({ location }))).toThrow(FormatError)
})

test('refuses the absolute path of a file that is beside the folder, and one of the folder itself stays inside', () => {
  expect(() => importOnnx(modelAt({ location: join(around, 'secret') }))).toThrow(
    /outside of the model's folder/,
  )
})

test.each<[Place, number[]?]>([
  [{ location: 'weights', offset: '8' }],
  [{ location: 'weights', length: '99999999999' }],
  [{ location: 'weights', offset: '-4' }],
  [{ location: 'weights', offset: '1e3' }],
  [{ location: 'weights', length: '12' }],
  [{ location: 'weights' }, [2 ** 31]],
  [{ location: 'weights', length: '999999999999999' }, [249_999_999_999_999]],
])('refuses %j', (place, shape = [4]) => {
  expect(() => importOnnx(modelAt(place, shape))).toThrow(FormatError)
})

test('bytes alone have no folder', () => {
  const builder = new ModelBuilder()
  const w = builder.externalInitializer('float32', [4], { location: 'weights', offset: 0, length: 16 })
  builder.output(builder.node('Neg', [w]), 'float32', [4])
  expect(() => importOnnx(builder.build())).toThrow(/import the model by its path/)
})
