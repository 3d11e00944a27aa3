import type { OnnxLowering } from '@tendril/onnx/emit'

/** Composites that other engines round after each step; rounded once, what is made of them is further from theirs. */
const composites = new Set(['softmax', 'logSoftmax'])

/** A lowering that leaves float16 to the op's own steps, where these round. */
export function roundingSteps(lowering: OnnxLowering): OnnxLowering {
  if (!composites.has(lowering.op)) return lowering
  const supports: NonNullable<OnnxLowering['supports']> = (types, ...more) => {
    const [first] = types as unknown as readonly [{ readonly dtype: string }]
    return first.dtype === 'float16'
      ? 'it rounds once, not at each step'
      : (lowering.supports?.(types, ...more) ?? true)
  }
  return { ...lowering, supports }
}
