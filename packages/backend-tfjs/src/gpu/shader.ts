import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'
import { countOf } from '@tendril/core/adapter'
import type { TfDType } from '../device.ts'
import { glslBase, toGlsl, toWgsl, wgslBase } from './dialect.ts'
import { withFunctions } from './functions.ts'

/** A program of one function, `element`, that gives each place of the result. */
export interface Shader {
  /** In the dialect of `dialect.ts`. */
  readonly text: string
  readonly inputs: readonly TensorInfo[]
  readonly shape: number[]
  readonly dtype: TfDType
  readonly ints?: readonly number[]
  readonly floats?: readonly number[]
}

interface WebGpuBackend extends KernelBackend {
  runWebGPUProgram(
    program: object,
    inputs: readonly TensorInfo[],
    dtype: string,
    uniforms: readonly { readonly type: 'int32' | 'float32'; readonly data: readonly number[] }[],
  ): TensorInfo
}

interface WebGlBackend extends KernelBackend {
  runWebGLProgram(
    program: object,
    inputs: readonly TensorInfo[],
    dtype: string,
    uniforms: readonly (readonly number[])[],
  ): TensorInfo
}

const workgroup = 64

/** Elements in the order in which they lie, whatever their axes. */
const flat = (info: TensorInfo): TensorInfo => ({
  dataId: info.dataId,
  shape: [countOf(info.shape)],
  dtype: info.dtype,
})

const readType = (dtype: string): string => (dtype === 'float32' ? 'f32' : 'i32')

/** Runs a shader on a GPU; the result has elements. */
export function runShader(device: 'webgl' | 'webgpu', backend: KernelBackend, shader: Shader): TensorInfo {
  const { text, shape, dtype, ints = [], floats = [] } = shader
  const size = countOf(shape)
  const inputs = shader.inputs.map(flat)
  const variableNames = inputs.map((_, k) => `X${k}`)
  if (device === 'webgpu') {
    const program = {
      variableNames,
      outputShape: [size],
      shaderKey: text,
      dispatchLayout: { x: [0] },
      dispatch: [Math.ceil(size / workgroup), 1, 1],
      workgroupSize: [workgroup, 1, 1],
      size: true,
      uniforms: [...ints.map((_, k) => `p${k} : i32, `), ...floats.map((_, k) => `q${k} : f32, `)].join(''),
      getUserCode: () => wgsl(text, inputs),
    }
    const uniforms = [
      ...ints.map((n) => ({ type: 'int32' as const, data: [n] })),
      ...floats.map((n) => ({ type: 'float32' as const, data: [n] })),
    ]
    const { dataId } = (backend as WebGpuBackend).runWebGPUProgram(program, inputs, dtype, uniforms)
    return { dataId, shape, dtype }
  }
  const program = {
    variableNames,
    outputShape: [size],
    enableShapeUniforms: true,
    customUniforms: [
      ...(ints.length > 0 ? [{ name: 'p', type: 'int', arrayIndex: ints.length }] : []),
      ...(floats.length > 0 ? [{ name: 'q', type: 'float', arrayIndex: floats.length }] : []),
    ],
    userCode: glsl(text, inputs),
  }
  const uniforms = [ints, floats].filter((list) => list.length > 0)
  const { dataId } = (backend as WebGlBackend).runWebGLProgram(program, inputs, dtype, uniforms)
  return { dataId, shape, dtype }
}

const wgsl = (text: string, inputs: readonly TensorInfo[]): string =>
  [
    wgslBase,
    ...inputs.map((info, k) => `fn at${k}(i: i32) -> ${readType(info.dtype)} { return X${k}[i]; }`),
    toWgsl(withFunctions(text)),
    'fn main(index : i32) { if (index < uniforms.size) { result[index] = element(index); } }',
  ].join('\n')

const glsl = (text: string, inputs: readonly TensorInfo[]): string =>
  [
    glslBase,
    ...inputs.map((info, k) =>
      info.dtype === 'float32'
        ? `float at${k}(int i) { return getX${k}(i); }`
        : `int at${k}(int i) { return int(clamp(getX${k}(i), -2147483520.0, 2147483520.0)); }`,
    ),
    toGlsl(withFunctions(text)),
    'void main() { setOutput(float(element(getOutputCoords()))); }',
  ].join('\n')
