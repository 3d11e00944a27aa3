// Tests import modules of core alone, and Node has had a Float16Array since version 24 only.
import { setFloat16Array } from '../../src/numerics/float16.ts'
import { ponyfill } from '../../src/numerics/float16-ponyfill.ts'

setFloat16Array(ponyfill)
