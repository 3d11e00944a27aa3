import { guarded, type OnnxLowering, placed } from '../lower.ts'
import { arithmetic } from './arithmetic.ts'
import { bits } from './bits.ts'
import { control } from './control.ts'
import { conversions } from './conversion.ts'
import { convolutions } from './convolution.ts'
import { counted } from './counted.ts'
import { creation } from './creation.ts'
import { exponential } from './exponential.ts'
import { indexing } from './indexing.ts'
import { layers } from './layers.ts'
import { linearAlgebra } from './linear-algebra.ts'
import { logic } from './logic.ts'
import { movement } from './movement.ts'
import { pooling } from './pooling.ts'
import { reductions } from './reductions.ts'
import { roundings } from './rounding.ts'
import { scans } from './scans.ts'
import { scatters } from './scatter.ts'
import { sorting } from './sorting.ts'
import { transposedConvolutions } from './transposed-convolution.ts'
import { trigonometry } from './trigonometry.ts'
import { whole } from './whole.ts'

/** How ONNX spells the ops of core. */
export const onnxLowerings: readonly OnnxLowering[] = [
  ...control,
  ...[
    ...arithmetic,
    ...bits,
    ...conversions,
    ...convolutions,
    ...counted,
    ...creation,
    ...exponential,
    ...indexing,
    ...layers,
    ...linearAlgebra,
    ...logic,
    ...movement,
    ...pooling,
    ...reductions,
    ...roundings,
    ...scans,
    ...scatters,
    ...sorting,
    ...transposedConvolutions,
    ...trigonometry,
    ...whole,
  ].map(guarded),
].map(placed)
