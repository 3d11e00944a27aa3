import { describe, expect, test } from 'vitest'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  deviceName,
  devicesIn,
  fileName,
  memoryTaken,
  placementOf,
  report,
  witness,
} from '../scripts/gpu/report.mjs'

// check:gpu was never run on a GPU; these are the parts that need none.
describe('the check of a GPU', () => {
  test('devices are named as backends are set', () => {
    const devices = [{ name: 'cpu', available: true }]
    expect(devicesIn([{ name: 'tfjs', devices }])).toEqual([
      { spec: 'tfjs:cpu', name: 'cpu', available: true },
    ])
  })

  test('it tells where the work lies', () => {
    expect(placementOf({ isGPUPackage: true, isUsingGpuDevice: true }).onGpu).toBe(true)
    expect(placementOf({ isGPUPackage: true, isUsingGpuDevice: false })).toEqual({
      onGpu: false,
      text: 'TensorFlow runs on the CPU, though the package is the one for GPUs',
    })
  })

  test("the driver's word on memory is a second witness", () => {
    expect(memoryTaken('no-such-tool')).toBeUndefined()
    const folder = mkdtempSync(join(tmpdir(), 'gpu-'))
    try {
      const tool = join(folder, 'tool')
      writeFileSync(tool, '#!/bin/sh\n[ "$1" = --query-gpu=memory.used ] && echo 1234 && echo 9\n')
      chmodSync(tool, 0o755)
      expect(memoryTaken(tool)).toBe(1234)
      writeFileSync(tool, '#!/bin/sh\necho "[N/A]"\n')
      expect(memoryTaken(tool)).toBeUndefined()
    } finally {
      rmSync(folder, { recursive: true })
    }
    expect(witness(10, 1234)).toContain('1224 MB')
    expect(witness(undefined, 1234)).toContain('does not tell')
    expect(() => witness(10, 12)).toThrow('only 2 MB taken: nothing was placed on it')
  })

  test('a report is named by the device', () => {
    expect(fileName('NVIDIA H100 80GB HBM3')).toBe('nvidia-h100-80gb-hbm3.md')
    expect(fileName('../x')).toBe('x.md')
    expect(deviceName('no-such-tool')).toBe('unknown GPU')
  })

  test('a report holds what was found', () => {
    const rows = [
      { device: 'tfjs:cuda', ms: { matmul: 1.234 } },
      { device: 'ort:cpu', ms: { matmul: 20 } },
    ]
    const placement = {
      ...placementOf({ isGPUPackage: true, isUsingGpuDevice: true }),
      seen: witness(0, 900),
    }
    const found = { device: 'X', day: '2026-11-25', node: 'v20', placement, rows, apart: 1e-5 }
    const text = report({ ...found, conformance: false })
    expect(text).toContain('# X\n')
    expect(text).toContain('SOME FAIL')
    expect(text).toContain("there on it. The driver saw 900 MB of the device's memory")
    expect(text).toContain('| matmul | 1.23 | 20.00 |')
  })
})
