import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { once } from '../scripts/tfjs-node/cache.mjs'
import { cacheFolder, findCompiler, findPython, needRoom, step } from '../scripts/tfjs-node/steps.mjs'
import { cudaPins, packageFolder, readOptions } from '../scripts/setup-tfjs-node.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const path = process.env['PATH']
afterEach(() => {
  process.env['PATH'] = path
})

/** A tool that answers every call like this. */
function tool(name: string, script: string): void {
  const file = join(folder, name)
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
}

/** What the script says on a path that holds `folder` alone. */
function run(...args: string[]): { code: number | null; text: string } {
  const script = fileURLToPath(new URL('../scripts/setup-tfjs-node.mjs', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], {
    env: { PATH: folder, HOME: folder, TENDRIL_CACHE: join(folder, 'cache') },
    encoding: 'utf8',
  })
  return { code: status, text: stderr.trim() }
}

describe('setting up tfjs-node', () => {
  test('a missing tool is one line that says how to get it', () => {
    process.env['PATH'] = folder
    expect(() => findPython()).toThrow(/^python3 is missing; .*apt-get install python3-pip$/)
    expect(() => findCompiler()).toThrow(/^g\+\+ is missing; .*apt-get install g\+\+$/)
    tool('python3', '[ "$1" = --version ]')
    expect(() => findPython()).toThrow(/^python3 has no pip; .*python3-pip$/)
    tool('python3', 'exit 0')
    tool('g++', 'exit 0')
    expect([findPython(), findCompiler()]).toEqual(['python3', 'g++'])
  })

  test('too little room is told before anything is fetched', () => {
    expect(() => needRoom(folder, 1e18)).toThrow(/GB free, 1000000000\.0 GB are needed\. TENDRIL_CACHE names/)
    writeFileSync(join(folder, 'file'), '')
    expect(() => needRoom(join(folder, 'file', 'cache'), 1)).toThrow(/cannot be used: .*TENDRIL_CACHE/)
    needRoom(join(folder, 'new'), 1)
  })

  test('a failing step tells its last words', async () => {
    tool('tool', 'echo first; echo the reason >&2; exit 3')
    await expect(step('compiling', join(folder, 'tool'), [])).rejects.toThrow(
      /^compiling failed \(3\): (first \| )?the reason/,
    )
    await expect(step('compiling', join(folder, 'none'), [])).rejects.toThrow(/^compiling: .*ENOENT/)
  })

  test('a package that is not installed is named with the command that installs it', () => {
    writeFileSync(join(folder, 'package.json'), '{}')
    expect(() => packageFolder('@tensorflow/tfjs-node', folder)).toThrow(
      /is not installed: run npm install --ignore-scripts @tensorflow\/tfjs-node@4\.22\.0/,
    )
    const home = join(folder, 'node_modules/@tensorflow/tfjs-node')
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'package.json'), '{}')
    expect(packageFolder('@tensorflow/tfjs-node', folder)).toContain('tfjs-node')
  })

  test('options that do not fit are refused', () => {
    expect(run('--gpus')).toEqual({ code: 1, text: '--gpus is no option; there are --gpu, --cuda, --cpu' })
    expect(run('--gpu', '--cuda', '--cpu').text).toBe('--cuda and --cpu exclude each other')
    expect(() => readOptions(['--cuda'])).toThrow('--cuda needs --gpu')
    expect(readOptions(['--gpu', '--cuda'])).toEqual({ gpu: true, cuda: true })
    expect(readOptions(['--gpu', '--cpu'])).toEqual({ gpu: true, cuda: false })
    expect(readOptions([])).toEqual({ gpu: false, cuda: false })
  })

  test('the cache lies where the user says, or where caches lie', () => {
    expect(cacheFolder({ TENDRIL_CACHE: '/c', HOME: '/h' }, 'linux')).toBe('/c')
    expect(cacheFolder({ HOME: '/h' }, 'linux')).toBe(join('/h', '.cache/tendril'))
    expect(cacheFolder({ HOME: '/h', XDG_CACHE_HOME: '/x' }, 'linux')).toBe(join('/x', 'tendril'))
    expect(cacheFolder({ HOME: '/h' }, 'darwin')).toBe(join('/h', 'Library/Caches/tendril'))
  })

  test("the wheels of CUDA's libraries are those that tensorflow pins", () => {
    const metadata = [
      'Requires-Dist: numpy <2.0.0,>=1.23.5',
      "Requires-Dist: nvidia-cublas-cu12 ==12.3.4.1 ; extra == 'and-cuda'",
      "Requires-Dist: nvidia-cudnn-cu12 (==8.9.7.29) ; extra == 'and-cuda'",
    ]
    expect(cudaPins(metadata.join('\n'))).toEqual([
      'nvidia-cublas-cu12==12.3.4.1',
      'nvidia-cudnn-cu12==8.9.7.29',
    ])
  })

  test('a folder of the cache is there whole or not at all', async () => {
    const kept = join(folder, 'cache/kept')
    const broken = once(kept, (partial: string) => {
      writeFileSync(join(partial, 'file'), '')
      throw new Error('the reason')
    })
    await expect(broken).rejects.toThrow('the reason')
    const old = `${kept}.partial-old`
    mkdirSync(old)
    utimesSync(old, 0, 0)
    mkdirSync(`${kept}.partial-new`)
    // Two runs at the same time: the second finds what the first has made.
    const fills = ['first', 'second'].map((name) =>
      once(kept, async (partial: string) => writeFileSync(join(partial, name), '')),
    )
    await Promise.all(fills)
    await once(kept, () => expect.unreachable('it is there'))
    expect(readdirSync(join(folder, 'cache'))).toEqual(['kept', 'kept.partial-new'])
    expect(readdirSync(kept)).toEqual(['first'])
  })

  test('importing it sets up nothing', async () => {
    const script = new URL('../scripts/setup-tfjs-node.mjs', import.meta.url)
    const { tensorflow } = await import(pathToFileURL(fileURLToPath(script)).href)
    expect(tensorflow.version).toBe('2.16.2')
  })
})
