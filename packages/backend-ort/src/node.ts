import { BackendError } from '@tendril/core/adapter'
import { loadOrt, refuseTelemetry } from './binding.ts'
import { builtin, machine, pathOf } from './host.ts'
import type { OrtOptions } from './options.ts'
import type { Platform, Started } from './platform.ts'
import { probingModel } from './probing-model.ts'
import { openPool } from './pool.ts'

interface Files {
  existsSync(path: string): boolean
}

/** Execution providers of a library of their own, and how systems call it. */
const libraries = { cuda: 'onnxruntime_providers_cuda', tensorrt: 'onnxruntime_providers_tensorrt' } as const

const libraryFile = (name: string): string => (machine.platform === 'win32' ? `${name}.dll` : `lib${name}.so`)

/** The system that an execution provider belongs to. */
const systems: Readonly<Record<string, string>> = { coreml: 'macOS', dml: 'Windows' }

const pagesOnly = new Set(['wasm', 'webnn'])

const exists = (path: string): boolean => builtin<Files>('node:fs')?.existsSync(path) === true

async function whyNot(device: string): Promise<string | undefined> {
  if (pagesOnly.has(device)) return 'it runs in pages, by onnxruntime-web'
  const home = pathOf('onnxruntime-node/package.json')?.replace(/package\.json$/, '')
  if (home === undefined)
    return 'the package onnxruntime-node is not installed: run npm install onnxruntime-node'
  const folder = `${home}bin/napi-v6/${machine.platform}/${machine.arch}/`
  if (!exists(`${folder}onnxruntime_binding.node`)) {
    return `onnxruntime-node has no binding for ${machine.platform} on ${machine.arch}`
  }
  if (device === 'cpu') return undefined
  const { listSupportedBackends } = await import('onnxruntime-node')
  if (!listSupportedBackends().some(({ name }) => name === device)) {
    const [system, here] = [systems[device], `onnxruntime-node for ${machine.platform} on ${machine.arch}`]
    return system === undefined ? `${here} has no ${device}` : `it needs ${system}: ${here} has none`
  }
  if (device === 'cuda' || device === 'tensorrt') {
    // onnxruntime would print that it is not there.
    for (const name of ['onnxruntime_providers_shared', libraries[device]]) {
      const file = libraryFile(name)
      if (!exists(folder + file)) {
        return `onnxruntime-node has no ${file}, which its install script brings: run npm rebuild onnxruntime-node`
      }
    }
  }
  return whyNoSession(device)
}

/** What onnxruntime says to a session on a device; undefined where it opens one. */
async function whyNoSession(device: string): Promise<string | undefined> {
  refuseTelemetry()
  const ort = await loadOrt()
  try {
    const session = await ort.open(probingModel().model, { executionProviders: [device] })
    await session.dispose()
    return undefined
  } catch (error) {
    return `onnxruntime says: ${reasonOf(error)}`
  }
}

/** The last sentence, without the places in its own sources that come before. */
function reasonOf(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n')
  return lines.at(-1)!.replace(/^.* was false\. /, '')
}

async function start(_device: string, { load = loadOrt, workers }: OrtOptions): Promise<Started> {
  refuseTelemetry()
  const api = await import('onnxruntime-node').catch((cause: unknown) => {
    throw new BackendError({
      backend: 'ort',
      because: `onnxruntime-node does not load: ${String(cause)}`,
      instead: 'Run npm install onnxruntime-node',
      cause,
    })
  })
  return { ort: workers === undefined ? await load() : openPool(workers), api }
}

/** onnxruntime-node. */
export const node: Platform = {
  devices: ['cpu', 'webgpu', 'cuda', 'tensorrt', 'coreml', 'dml', 'wasm', 'webnn'],
  whyNot,
  start,
}
