import { configureGlobal } from 'fast-check'

// The same random inputs in every run, so that a red run is red again; TENDRIL_SEED asks for others.
configureGlobal({ seed: Number(process.env['TENDRIL_SEED'] ?? 1) })

// onnxruntime sends no usage data from tests, not even from those that use it without the adapter.
process.env['ORT_DISABLE_TELEMETRY'] ??= '1'

// Tests of onnxruntime are about its sessions: small graphs run there too, but where a test asks for the other way.
process.env['TENDRIL_SMALL_GRAPHS'] ??= 'off'
