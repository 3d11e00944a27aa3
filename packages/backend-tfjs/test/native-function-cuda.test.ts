import * as td from '@tendril/core'
import { expect, test } from 'vitest'
import { nativeFunctions, sessions } from './native-cases.ts'
import { onDevice } from './native-devices.ts'

onDevice('cuda', () => {
  nativeFunctions('cuda')
  sessions('cuda')

  test("NVIDIA's libraries are told to keep all bits of float32, as far as the user says nothing else", async () => {
    await td.loadBackend('tfjs:cuda')
    expect(process.env['NVIDIA_TF32_OVERRIDE']).toBe('0')
  })
})
