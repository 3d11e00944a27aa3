import { setModelReader } from '@tendril/core/module'
import { readOnnx } from './import-onnx.ts'

setModelReader(readOnnx)
