import { Float16Array } from '@petamoriken/float16'
import { setFloat16Array, setModelReader } from '@tendril/core/module'
import { readOnnx } from './import-onnx.ts'

setModelReader(readOnnx)
// A file may hold float16, wherever it is read.
setFloat16Array(Float16Array)
