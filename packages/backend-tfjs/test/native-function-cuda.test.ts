import { nativeFunctions, sessions } from './native-cases.ts'
import { onDevice } from './native-devices.ts'

onDevice('cuda', () => {
  nativeFunctions('cuda')
  sessions('cuda')
})
