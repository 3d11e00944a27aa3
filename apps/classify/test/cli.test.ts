import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { inProcess, type Printed } from './support/in-process.ts'
import { everywhere, presentEngines } from './support/present-engines.ts'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const three = at('../examples/3.png')
const credit = 'Data: E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI 1998, CC BY 4.0'
const engines = await presentEngines()

// Times are measured on every engine, which takes as long as it takes.
vi.setConfig({ testTimeout: 60_000 })

describe('wrong use', () => {
  const broken = at('model.test.ts')
  test.each<[string[], string]>([
    [['--imag', 'x.png'], "error: unknown option '--imag' (Did you mean --image?)\n"],
    [['my.png'], "error: 'my.png' is no option: images are named by --image, models by --model\n"],
    [['--backend'], "error: option '--backend <name>' argument missing\n"],
    [
      ['--accuracy', '--image', three],
      "error: option '--accuracy' cannot be used with option '--image <files...>'\n",
    ],
    [['--image', 'missing.png'], 'error: missing.png: no such file\n'],
    [['--image', broken], `error: ${broken}: is not a PNG; photos are read with --model\n`],
    [
      ['--backend', 'orf'],
      "error: backend orf: there is no such backend. Did you mean 'ort'? A third party's adapter is made known by registerBackend.\n",
    ],
    [
      ['--backend', 'a b', '--accuracy'],
      "error: setBackend: 'name' is \"a b\": it takes a name such as 'numjs' or 'tfjs:wasm'.\n",
    ],
  ])('%j is one line and exit code 2', async (args, err) => {
    expect(await inProcess(args)).toEqual({ code: 2, out: '', err })
  })
})

test('a device that there is not is one line and exit code 2', async () => {
  const { code, out, err } = await inProcess(['--backend', 'tfjs:tpu', '--image', three])
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toMatch(
    /^error: backend tfjs:tpu: there is no such device\. Available here: tfjs:cpu, tfjs:wasm.*\.\n$/,
  )
})

test('a bug is exit code 70, with its stack', async () => {
  const out = (): never => {
    throw new TypeError('broken by the test')
  }
  const { code, err } = await inProcess(['--accuracy', '--backend', 'tfjs:wasm'], { out })
  expect(code).toBe(70)
  expect(err).toMatch(/^This is a bug\. TypeError: broken by the test\n {4}at /)
})

test('--help says what there is', async () => {
  const { code, out, err } = await inProcess(['--help'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  for (const option of [
    '--image <files...>',
    '--model <name>',
    '--backend <name>',
    '--accuracy',
    '--offline',
    '--help',
  ]) {
    expect(out).toContain(option)
  }
})

describe('without options', () => {
  const row = /^(\S+) +0 +1 +2 +3 +4 +5 +6 +7 +8 +9 +10 of 10 +[\d.]+ [mµ]?s +[\d.]+ [mµ]?s$/gm

  test('the examples are read on every engine, and the programs are written', async () => {
    const { code, out, err } = await inProcess([])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(Array.from(out.matchAll(row), ([, name]) => name)).toEqual(engines)
    expect(engines).toEqual(expect.arrayContaining(everywhere))
    expect(out).toMatch(/^differ +by [1-9]\.\de-\d+ in a probability at most, \S+ and \S+$/m)
    expect(out).toMatch(/^graph +\d+ nodes as traced, \d+ after the passes/m)
    expect(out).toMatch(/^(?:not here)? +ort:webgpu: ./m)
    expect(out).toContain(credit)
    expect(stripVTControlCharacters(out)).toBe(out)
    const [, folder, files] =
      /^written +into (\S+): graph\.txt, the graph, and its programs (.*)$/m.exec(out) ?? []
    expect(folder).toBe('apps/classify/out')
    expect(files?.split(', ')).toEqual(
      engines.map((name) => `${name.replace(':', '-')}.${name.startsWith('ort') ? 'onnx.txt' : 'ts'}`),
    )
    const written = await Promise.all(
      ['graph.txt', ...(files?.split(', ') ?? [])].map((name) => readFile(at(`../out/${name}`), 'utf8')),
    )
    expect(written[0]).toMatch(
      /^graph\(%0: float32\[n,.*\n[^]* conv2d\([^]*model\.ts:\d+\n {2}return %\d+\n$/,
    )
    expect(written[1]).toContain('for (')
    expect(written[2]).toContain('tf.conv2d(')
    expect(written.at(-1)).toContain('Conv <')
  })

  test.each([80, 100])('a terminal of %i columns shows the images and no longer lines', async (columns) => {
    const plain = await inProcess(['--backend', 'ort'], { interactive: true, columns })
    expect(plain.out).toMatch(/[\u2801-\u28ff]/)
    expect(Math.max(...plain.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns)
    expect(stripVTControlCharacters(plain.out)).toBe(plain.out)
    const coloured = await inProcess(['--backend', 'ort'], { interactive: true, colours: true, columns })
    const times = /[\d.]+ [mµ]?s/g
    expect(coloured.out).not.toBe(stripVTControlCharacters(coloured.out))
    expect(lines(stripVTControlCharacters(coloured.out))).toEqual(lines(plain.out))

    function lines(text: string): string[] {
      return text.replace(times, '').replaceAll(/ +/g, ' ').split('\n')
    }
  })
})

describe('--image', () => {
  test.each(['numjs', 'tfjs', 'tfjs:wasm', 'ort', 'reference'])('is read on %s', async (name) => {
    const { code, out, err } = await inProcess(['--image', three, '--backend', name])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(new RegExp(`^${three} reads as 3, \\d+\\.\\d % sure\n`))
    expect(out.match(/^\d +\d+\.\d %$/gm)).toHaveLength(10)
    expect(out).toMatch(new RegExp(`^${name} +3 +\\d+\\.\\d{4} % +[\\d.]+ [mµ]?s$`, 'm'))
    expect(out).toContain(credit)
  })

  test('has a picture and bars on a terminal', async () => {
    const { out } = await inProcess(['--image', three, '--backend', 'ort'], {
      interactive: true,
      columns: 100,
    })
    expect(out.match(/^ {2}[ ░▒▓█]{16} {4}\d {2}[█▏▎▍▌▋▊▉ ]{30} +\d+\.\d %$/gm)).toHaveLength(10)
    expect(out).toMatch(/█{28}/)
  })
})

test('--accuracy is at least 97 % on every engine', async () => {
  const { code, out, err } = await inProcess(['--accuracy'])
  expect({ code, err }).toEqual({ code: 0, err: '' })
  const shares = Array.from(out.matchAll(/^(\S+) +\d+ of 360 +([\d.]+) %$/gm), ([, name, share]) => ({
    name,
    right: Number(share) >= 97,
  }))
  expect(shares).toEqual(engines.map((name) => ({ name, right: true })))
})

const program = at('../dist/main.js')

describe.skipIf(!existsSync(program))('the built program (npm test builds it)', () => {
  function started(args: string[], env: NodeJS.ProcessEnv = {}, leaveEarly = false): Promise<Printed> {
    return new Promise((done, fail) => {
      const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env } })
      let [out, err] = ['', '']
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
      if (leaveEarly) child.stdout.destroy()
      child.once('error', fail)
      child.once('close', (code) => done({ code, out, err }))
    })
  }

  test('finds an image from the folder where npm was called', async () => {
    const env = { npm_lifecycle_event: 'start', INIT_CWD: at('../examples') }
    const { code, out, err } = await started(['--image', '3.png', '--backend', 'ort'], env)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^3\.png reads as 3, /)
  })

  test('says what is wrong on stderr alone', async () => {
    const printed = await started(['--image', 'missing.png'])
    expect(printed).toEqual({ code: 2, out: '', err: 'error: missing.png: no such file\n' })
  })

  test('ends quietly when nobody reads on', async () => {
    const { code, err } = await started(['--help'], {}, true)
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })
})
