import { setModelReader } from '@tendril/core/module'
import { modelFunction } from './import-onnx.ts'

setModelReader(modelFunction)
