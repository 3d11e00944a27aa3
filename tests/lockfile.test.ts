import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { complete, missingOptionals, platformOf } from '../scripts/lock.mjs'

interface Entry {
  link?: boolean
  optionalDependencies?: Record<string, string>
  resolved?: string
  version?: string
}

const text = readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')
const lock: { packages: Record<string, Entry> } = JSON.parse(text)

const partial = () => ({
  packages: {
    '': {},
    'node_modules/@x/linux-64': { version: '2.0.0', os: ['linux'], cpu: ['x64'], optional: true },
    'node_modules/x': {
      version: '2.0.0',
      dev: true,
      optionalDependencies: { '@x/linux-64': '2.0.0', '@x/windows-arm64': '2.0.0' },
    },
  },
})

describe('package-lock.json', () => {
  test('names no registry', () => {
    const placed = Object.entries(lock.packages).filter(([, { link, resolved }]) => resolved && !link)
    expect(placed).toEqual([])
  })

  test('holds every optional dependency, for all platforms', () => {
    expect(missingOptionals(lock)).toEqual([])
  })
})

describe('completing a lockfile', () => {
  test('adds a missing platform beside the one that npm placed', () => {
    const completed = partial()
    expect(complete(completed)).toBe(1)
    expect(completed.packages).toHaveProperty(['node_modules/@x/windows-arm64'], {
      version: '2.0.0',
      cpu: ['arm64'],
      dev: true,
      optional: true,
      os: ['win32'],
    })
    expect(complete(completed)).toBe(0)
  })

  test('puts another version under its owner', () => {
    const completed = partial()
    completed.packages['node_modules/x'].optionalDependencies = { '@x/linux-64': '1.0.0' } as never
    complete(completed)
    expect(completed.packages).toHaveProperty(['node_modules/x/node_modules/@x/linux-64', 'version'], '1.0.0')
  })

  test.each([
    ['@turbo/windows-64', { os: ['win32'], cpu: ['x64'], libc: [] }],
    ['@img/sharp-linuxmusl-arm64', { os: ['linux'], cpu: ['arm64'], libc: ['musl'] }],
    ['@oxlint/binding-linux-x64-gnu', { os: ['linux'], cpu: ['x64'], libc: ['glibc'] }],
    ['fsevents', { os: [], cpu: [], libc: [] }],
  ])('reads the platform of %s from its name', (name, platform) => {
    expect(platformOf(name)).toEqual(platform)
  })
})
