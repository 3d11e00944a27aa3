import { FormatError } from '@tendril/core/fn'
import { type Activation, activationNames, isActivation } from './resnet/activation.ts'

/** What `config.json` holds, as it is written there. */
export type ConfigJson = Readonly<Record<string, unknown>>

/** The largest size that a config may ask for: far beyond all models, and no memory is taken for it before weights fit. */
export const largest = 2 ** 20

export function malformed(where: string, because: string): never {
  throw new FormatError({ format: 'config.json', because, where })
}

export const isRecord = (value: unknown): value is ConfigJson =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isSize = (value: unknown, least: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= largest

export function sizeOf(json: ConfigJson, key: string, fallback: number): number {
  const value = json[key] ?? fallback
  return isSize(value, 1)
    ? value
    : malformed(key, `it is ${JSON.stringify(value)}, not a whole number from 1 to ${largest}`)
}

export function sizes(json: ConfigJson, key: string, fallback: readonly number[]): readonly number[] {
  const value = json[key] ?? fallback
  return Array.isArray(value) && value.length > 0 && value.every((each) => isSize(each, 1))
    ? (value as number[])
    : malformed(key, `it is not a list of whole numbers from 1 to ${largest}`)
}

export function flag(json: ConfigJson, key: string): boolean {
  const value = json[key] ?? false
  return typeof value === 'boolean' ? value : malformed(key, `it is ${JSON.stringify(value)}, not a boolean`)
}

export function oneOf<const T extends string>(
  json: ConfigJson,
  key: string,
  choices: readonly [T, ...T[]],
): T {
  const value = json[key] ?? choices[0]
  return (
    choices.find((choice) => choice === value) ??
    malformed(key, `it is ${JSON.stringify(value)}, not one of ${choices.join(', ')}`)
  )
}

export function activation(json: ConfigJson, fallback: Activation): Activation {
  const value = json['hidden_act'] ?? fallback
  return isActivation(value)
    ? value
    : malformed('hidden_act', `it is ${JSON.stringify(value)}, not one of ${activationNames.join(', ')}`)
}

/** A number from 0 to 1. */
export function share(json: ConfigJson, key: string, fallback: number): number {
  const value = json[key] ?? fallback
  return typeof value === 'number' && value >= 0 && value <= 1
    ? value
    : malformed(key, `it is ${JSON.stringify(value)}, not a number from 0 to 1`)
}
