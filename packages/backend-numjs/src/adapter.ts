import { type AnyBackend, allowsCode, type Backend, type Lowering } from '@tendril/core/adapter'
import { compile, load } from './driver.ts'
import { type Elements, held, restore, store } from './dtypes.ts'
import { NumjsEmitter } from './emitter.ts'
import { interpreted } from './interpreted.ts'
import { lowerings } from './lowerings/index.ts'
import { loadNumjs, nameCopies, native, nativeFunction } from './native.ts'
import type { Artifact } from './program.ts'
import { source, spelling } from './source.ts'
import type { Value } from './values.ts'

/** Ops without a lowering run by core's own kernels. */
const fallback: Lowering<NumjsEmitter, Value> = {
  op: '*',
  emit: (js, inputs, _params, node) =>
    js.reference(
      node,
      inputs.flatMap((value) => value ?? null),
    ),
}

const generating: Backend<Artifact, NumjsEmitter, Elements, Value> = {
  name: 'numjs',
  dtypes: held,
  devices: () => Promise.resolve([{ name: 'cpu', available: true }]),
  init: loadNumjs,
  lowerings,
  fallback,
  emitter: () => new NumjsEmitter(),
  load,
  toDevice: (data, { dtype }) => store(data, dtype),
  toHost: (buffer, { dtype }) => restore(buffer, dtype),
  peek: (buffer) => buffer[0]!,
  native,
  source,
  spelling,
  compileNative: (artifact, lifted, inputs, outputs) =>
    nativeFunction(compile(artifact, lifted), inputs, outputs),
}

/** Where code from text is forbidden, the same graphs run op by op, slowly. `copies` may grow later. */
export function adapterWith(copies: readonly object[]): AnyBackend {
  nameCopies(copies)
  return allowsCode() ? (generating as unknown as AnyBackend) : interpreted
}
