import {
  type Atom,
  type Bounded,
  exact,
  hostArray,
  type HostArray,
  type NDArray,
  Recorder,
  tensorType,
  truthOfNodes,
  under,
  type Value,
  variable,
} from '@tendril/core/testing'

/** A function of arrays that gives arrays, made of ops alone. */
export type ArrayFunction = (...arrays: NDArray[]) => readonly NDArray[]

/** The results of a function that are right for these arrays: its ops are recorded and computed in float64. */
export function truthOfFunction(fn: ArrayFunction, inputs: readonly HostArray[]): readonly Bounded[] {
  const recorder = new Recorder()
  const env = new Map<Atom, Bounded>()
  const arrays = inputs.map((host) => {
    const atom = variable(tensorType(host.dtype, host.shape))
    env.set(atom, exact(host))
    return recorder.wrap(atom)
  })
  const outs = under(recorder, () => fn(...(arrays as unknown as NDArray[])))
  for (const [array, out] of recorder.constants)
    env.set(out, exact(hostArray(array.type.dtype, array.type.shape as readonly number[], array.host())))
  return truthOfNodes(
    recorder.nodes,
    env,
    outs.map((out) => recorder.lift(out as unknown as Value)!),
  )
}
