import type { Tf } from '../tf.ts'
import type { Follower } from './hooks.ts'
import { replace } from './replace.ts'

/** A layer of tfjs-layers; a LayersModel is one, too. */
export interface Layer {
  readonly name: string
  getClassName(): string
  apply(inputs: unknown, options?: object): unknown
}

let whole: object | undefined

/** Runs a model that is traced itself, and so is no part of anything. */
export function asWhole<T>(model: object, run: () => T): T {
  const outer = whole
  whole = model
  try {
    return run()
  } finally {
    whole = outer
  }
}

/** Follows the calls of layers, where tfjs-layers is loaded; the returned functions end that. */
export function hookLayers(tf: Tf, follower: () => Follower | undefined): readonly (() => void)[] {
  const base = baseLayer(tf)
  if (base === undefined) return []
  return [
    replace(
      base,
      'apply',
      (original) =>
        function apply(this: Layer, ...args) {
          const run = (): unknown => original.apply(this, args)
          const following = this === whole ? undefined : follower()
          return following === undefined ? run() : following.layer(this, run)
        },
    ),
  ]
}

/** The prototype that all layers share, by one whose class tfjs-layers has registered at tfjs-core. */
function baseLayer({ serialization }: Tf): Layer | undefined {
  const [known] = serialization.SerializationMap.getMap().classNameMap['Dense'] ?? []
  let base: object | undefined
  for (
    let at = known?.prototype as object | null | undefined;
    at;
    at = Object.getPrototypeOf(at) as object | null
  )
    if (Object.hasOwn(at, 'apply')) base = at
  return base as Layer | undefined
}
