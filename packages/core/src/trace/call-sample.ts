import type { Engine } from '../runtime/engine.ts'
import type { CallTree } from './call-tree.ts'

/** What calls of a signature are given beside their tree; it keeps no argument alive. */
export interface CallSample {
  /** Where an array came as an engine's own: that engine. */
  readonly natives: readonly (Engine | undefined)[]
  readonly states: readonly { readonly label: string; readonly object: WeakRef<object> }[]
}

export const sampleOf = ({ leaves, natives, states }: CallTree): CallSample => ({
  natives: leaves.map(({ engine }, i) => (i in natives ? engine : undefined)),
  states: states.map(({ label, object }) => ({ label, object: new WeakRef(object) })),
})
