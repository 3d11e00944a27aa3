import type { Operators } from '../node-call.ts'
import { activation } from './activation.ts'
import { casting } from './casting.ts'
import { attention } from './attention.ts'
import { contrib, simplifiedLayerNormalization } from './contrib.ts'
import { control } from './control.ts'
import { convolution } from './convolution.ts'
import { creation } from './creation.ts'
import { detection } from './detection.ts'
import { elementwise } from './elementwise.ts'
import { tfIdfVectorizer } from './grams.ts'
import { indexing } from './indexing.ts'
import { linear } from './linear.ts'
import { loss } from './loss.ts'
import { ml } from './ml.ts'
import { movement } from './movement.ts'
import { normalization } from './normalization.ts'
import { pooling } from './pooling.ts'
import { quantization } from './quantization.ts'
import { random } from './random.ts'
import { recurrent } from './recurrent.ts'
import { reduction } from './reduction.ts'
import { resizing } from './resizing.ts'
import { sampling } from './sampling.ts'
import { sequence } from './sequence.ts'
import { signal } from './signal.ts'
import { stateful } from './stateful.ts'

/** All operators by domain; '' is ONNX' own. */
export const operators: Readonly<Record<string, Operators>> = {
  '': {
    ...activation,
    ...attention,
    ...casting,
    ...control,
    ...convolution,
    ...creation,
    ...detection,
    ...elementwise,
    ...indexing,
    ...linear,
    ...loss,
    ...movement,
    ...normalization,
    ...pooling,
    ...quantization,
    ...random,
    ...recurrent,
    ...reduction,
    ...resizing,
    ...sampling,
    ...sequence,
    ...signal,
    ...stateful,
    TfIdfVectorizer: tfIdfVectorizer,
    // onnxruntime has it in ONNX' own domain.
    SimplifiedLayerNormalization: simplifiedLayerNormalization,
  },
  'ai.onnx.ml': ml,
  'com.microsoft': contrib,
}
