import { cp, mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as td from '@tendril/core'
import { afterEach, describe, expect, test } from 'vitest'

// Bad input gives a typed error whose whole message is shown here; the line that it ends with is the user's.

const lines = /\n {4}at [\w.-]+:\d+$/

async function messageOf(run: () => unknown): Promise<string> {
  try {
    await run()
  } catch (error) {
    const { name, message } = error as Error
    expect(message, 'the line of the user').toMatch(lines)
    expect(message).toContain('errors.test.ts:')
    // Gaps name the lines of their ops, which move with this file.
    return `${name}: ${message.replace(lines, '').replace(/errors\.test\.ts:\d+/g, 'errors.test.ts:N')}`
  }
  throw new Error('nothing was thrown')
}

const matrix = (): td.NDArray =>
  td.array([
    [1, 2, 3],
    [4, 5, 6],
  ])

afterEach(() => td.unsetBackend())

describe('ops', () => {
  test('shapes that do not broadcast', async () => {
    expect(await messageOf(() => td.add(matrix(), td.array([1, 2])))).toMatchInlineSnapshot(`
      "ShapeError: add: shapes [2,3] and [2] do not fit: axes are matched from the last one backwards, and two that meet must be equal or one of them 1.
      Reshape one of them, or check the order of the arguments."
    `)
  })
  test('matrices that do not fit', async () => {
    expect(await messageOf(() => matrix().matmul(matrix()))).toMatchInlineSnapshot(`
      "ShapeError: matmul: shapes [2,3] and [2,3] do not fit: the last axis of 'x1' has 3 elements, axis -2 of 'x2' has 2.
      Transpose one of them, or check the order of the arguments."
    `)
  })
  test('a dtype that the op does not take', async () => {
    expect(await messageOf(() => td.add(td.array([true]), td.array([false])))).toMatchInlineSnapshot(`
      "DTypeError: add: dtype bool: it takes numeric arrays.
      Convert the array first: astype(x, dtype)."
    `)
  })
  test('dtypes without a common one', async () => {
    const [a, b] = [td.array([1], { dtype: 'uint64' }), td.array([1], { dtype: 'int64' })]
    expect(await messageOf(() => td.add(a, b))).toMatchInlineSnapshot(`
      "DTypeError: add: dtypes uint64 and int64: the standard names no dtype that holds both.
      Convert one of them: astype(x, dtype)."
    `)
  })
  test('a scalar that the dtype cannot hold', async () => {
    expect(await messageOf(() => td.add(td.array([1], { dtype: 'uint8' }), 300))).toMatchInlineSnapshot(`
      "DTypeError: add: dtype uint8: it holds 0 to 255, not 300.
      Convert the array to a wider dtype first, or make the scalar an array of its own dtype."
    `)
  })
  test('an axis outside the rank', async () => {
    expect(await messageOf(() => td.sum(matrix(), { axis: 2 }))).toMatchInlineSnapshot(
      `"ParamError: sum: 'axis' is 2: it has to lie in [-2, 1]."`,
    )
  })
  test('an unknown option', async () => {
    expect(await messageOf(() => td.sum(matrix(), { keepDims: true } as never))).toMatchInlineSnapshot(`
      "ParamError: sum: 'keepDims' is true: there is no such parameter; it has axis, dtype, keepdims.
      Did you mean 'keepdims'?"
    `)
  })
  test('a wrong option', async () => {
    expect(await messageOf(() => td.sum(matrix(), { keepdims: 'yes' } as never))).toMatchInlineSnapshot(
      `"ParamError: sum: 'keepdims' is "yes": it takes a boolean."`,
    )
  })
  test('a missing argument', async () => {
    expect(await messageOf(() => (td.add as (x: unknown) => unknown)(matrix()))).toMatchInlineSnapshot(
      `"ParamError: add: 'x2' is undefined: the argument is missing."`,
    )
  })
  test('too many arguments', async () => {
    const sum = td.sum as (...args: unknown[]) => unknown
    expect(await messageOf(() => sum(matrix(), 0, true))).toMatchInlineSnapshot(`
      "ParamError: sum: 'argument 2' is 0: it takes 1 argument.
      Options are one object: { axis, dtype, keepdims }."
    `)
  })
  test('a plain array where an array is taken', async () => {
    const add = td.add as (...args: unknown[]) => unknown
    expect(await messageOf(() => add([1, 2], [3, 4]))).toMatchInlineSnapshot(`
      "ParamError: add: 'x1' is [1, 2]: it takes an array or a number.
      Make an array of it first: td.array(…)."
    `)
  })
  test('elements that do not fill the shape', async () => {
    expect(await messageOf(() => td.reshape(matrix(), [4]))).toMatchInlineSnapshot(
      `"ShapeError: reshape: shapes [2,3] and [4] do not fit: both have to hold the same number of elements; one -1 stands for what is left."`,
    )
  })
  test('rows of different lengths', async () => {
    expect(await messageOf(() => td.array([[1, 2], [3]]))).toMatchInlineSnapshot(
      `"ShapeError: array: shape [2,2] does not fit: a row of axis 1 has 1 elements instead of 2."`,
    )
  })
  test('the only element of several', async () => {
    const x = matrix()
    expect(await messageOf(() => td.add(x, x).item())).toMatchInlineSnapshot(`
      "ParamError: item: 'x' is "float32[2,3]": it has 6 elements, not one.
      Read all of them: await x.data() or x.toArray()."
    `)
  })
})

describe('backends', () => {
  test('an unknown one', async () => {
    expect(await messageOf(() => td.setBackend('nunjs'))).toMatchInlineSnapshot(`
      "BackendError: backend nunjs: there is no such backend.
      Did you mean 'numjs'? A third party's adapter is made known by registerBackend."
    `)
  })
  test('a name that is none', async () => {
    expect(await messageOf(() => td.setBackend('tfjs:'))).toMatchInlineSnapshot(
      `"ParamError: setBackend: 'name' is "tfjs:": it takes a name such as 'numjs' or 'tfjs:wasm'."`,
    )
  })
  test('an unknown device', async () => {
    expect(await messageOf(() => td.loadBackend('tfjs:tpu'))).toMatchInlineSnapshot(`
      "BackendError: backend tfjs:tpu: there is no such device.
      Available here: tfjs:cpu, tfjs:wasm."
    `)
  })
  test('one that fails to start', async () => {
    td.registerBackend({
      name: 'broken',
      dtypes: new Set(),
      devices: () => Promise.resolve([{ name: 'cpu', available: true }]),
      init: () => Promise.reject(new Error('no such library')),
      lowerings: [],
      emitter: () => {
        throw new Error('not reached')
      },
      load: () => {
        throw new Error('not reached')
      },
      toDevice: () => 0,
      toHost: () => new Float32Array(),
      source: () => '',
    })
    expect(await messageOf(() => td.setBackend('broken'))).toMatchInlineSnapshot(`
      "BackendError: backend broken:cpu: the engine failed to start: no such library.
      Call listBackends() to see what is available here."
    `)
  })
  test('arrays of two', async () => {
    await td.setBackend('numjs')
    const a = td.array([1])
    await td.setBackend('ort')
    const b = td.array([2])
    expect(await messageOf(() => td.add(a, b))).toMatchInlineSnapshot(`
      "BackendError: backend ort:cpu: add got arrays of numjs:cpu and of ort:cpu.
      Convert one: x.toBackend('numjs:cpu'), or ask for conversion: setBackend('numjs:cpu', { dynamic: true })."
    `)
    expect(td.add(a.toBackend('ort'), b).toArray()).toEqual([3])
    await td.setBackend('ort', { dynamic: true })
    expect(td.add(a, b).toArray()).toEqual([3])
  })
  test('one that is not loaded', async () => {
    expect(await messageOf(() => td.array([1]).toBackend('tfjs:nowhere'))).toMatchInlineSnapshot(`
      "BackendError: backend tfjs:nowhere: it is not loaded.
      Load it first: await loadBackend('tfjs:nowhere')."
    `)
    expect(await messageOf(() => td.traceGraph((x: td.NDArray) => x, { to: 'tfjs:nowhere' })))
      .toMatchInlineSnapshot(`
      "BackendError: backend tfjs:nowhere: it is not loaded, and traceGraph loads nothing.
      Load it first: await loadBackend('tfjs:nowhere')."
    `)
  })
  test('a dtype that the engine does not hold', async () => {
    await td.setBackend('tfjs')
    expect(await messageOf(() => td.array([1], { dtype: 'float64' }))).toMatchInlineSnapshot(`
      "DTypeError: array: dtype float64: tfjs holds float32, int32, bool only.
      Convert the data, or choose another engine."
    `)
  })
  test('a graph with such a dtype', async () => {
    const graph = td.traceGraph((x: td.NDArray) => td.add(td.exp(x), td.astype(x, 'int64')), {
      args: [td.array([1], { dtype: 'float64' })],
    })
    await td.loadBackend('tfjs')
    expect(await messageOf(() => graph.to('tfjs'))).toMatchInlineSnapshot(`
      "UnsupportedOpError: tfjs cannot run 5 of the graph's ops:
        input: tfjs holds no float64
        exp: tfjs holds no float64 (errors.test.ts:N)
        astype: tfjs holds no float64 (errors.test.ts:N)
        astype: tfjs holds no int64 (errors.test.ts:N)
        add: tfjs holds no float64 (errors.test.ts:N)
      Choose another engine, or write those steps in other ops."
    `)
  })
  test('an array that was disposed', async () => {
    const x = matrix()
    x.dispose()
    expect(await messageOf(() => td.add(x, 1))).toMatchInlineSnapshot(`
      "BackendError: backend reference: the array float32[2,3] was disposed.
      Keep it until its last use, or copy what you need first."
    `)
    expect(await messageOf(() => x.dataSync())).toMatchInlineSnapshot(`
      "BackendError: backend reference: the array float32[2,3] was disposed.
      Keep it until its last use, or copy what you need first."
    `)
  })
  test('a package that is not installed', async () => {
    const folder = await mkdtemp(`${tmpdir()}/tendril-`)
    try {
      const core = `${folder}/node_modules/@tendril/core`
      const from = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
      await mkdir(core, { recursive: true })
      await cp(from('../packages/core/dist'), `${core}/dist`, { recursive: true })
      await cp(from('../packages/core/package.json'), `${core}/package.json`)
      await cp(from('../node_modules/@petamoriken'), `${folder}/node_modules/@petamoriken`, {
        recursive: true,
      })
      await writeFile(
        `${folder}/main.mjs`,
        "import { setBackend, add } from '@tendril/core'\nconsole.log(String(add(1, 2)))\nawait setBackend('ort').catch((error) => console.log(error.message))\n",
      )
      const { stdout } = await promisify(execFile)(process.execPath, [`${folder}/main.mjs`])
      expect(stdout).toMatchInlineSnapshot(`
        "float32[] 3
        backend ort: the package @tendril/backend-ort is not installed.
        Run npm install @tendril/backend-ort.
            at main.mjs:3
        "
      `)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})

describe('graphs', () => {
  test('a value read while tracing', async () => {
    expect(
      await messageOf(() =>
        td.traceGraph((x: td.NDArray) => ((x.sum().item() as number) > 0 ? x : td.negative(x)), {
          args: [matrix()],
        }),
      ),
    ).toMatchInlineSnapshot(`
      "TraceError: traceGraph: the function reads x.item() of float32[] while it is traced; the value is known only when the graph runs, and a graph that kept the one of now would be wrong for other inputs.
      Keep it an array: where(condition, a, b) chooses, and arithmetic takes arrays; read it after the call; or name the argument in staticArgnums."
    `)
    expect(
      await messageOf(() =>
        td.traceGraph((x: td.NDArray) => (Number(x) > 0 ? x : td.negative(x)), { args: [td.array(1)] }),
      ),
    ).toMatchInlineSnapshot(`
      "TraceError: traceGraph: the function reads the number (by a comparison, arithmetic or Number) of float32[] while it is traced; the value is known only when the graph runs, and a graph that kept the one of now would be wrong for other inputs.
      Keep it an array: where(condition, a, b) chooses, and arithmetic takes arrays; read it after the call; or name the argument in staticArgnums."
    `)
  })
  test('one whose error the function swallows', async () => {
    const fn = (x: td.NDArray): td.NDArray => {
      try {
        return td.multiply(x, x.item() as number)
      } catch {
        return x
      }
    }
    expect(await messageOf(() => td.traceGraph(fn, { args: [td.array(1)] }))).toMatchInlineSnapshot(`
      "TraceError: traceGraph: the function reads x.item() of float32[] while it is traced; the value is known only when the graph runs, and a graph that kept the one of now would be wrong for other inputs.
      Keep it an array: where(condition, a, b) chooses, and arithmetic takes arrays; read it after the call; or name the argument in staticArgnums."
    `)
  })
  test('a traced array used after its trace', async () => {
    let leaked: td.NDArray | undefined
    td.traceGraph((x: td.NDArray) => (leaked = td.add(x, 1)), { args: [matrix()] })
    expect(await messageOf(() => td.add(leaked!, 1))).toMatchInlineSnapshot(`
      "TraceError: traceGraph: a traced array is used after its trace has ended; it has a type and no elements.
      Return it from the traced function; the call of the graph gives the array."
    `)
  })
  test('a loaded graph called with another tree', async () => {
    const graph = td.parseGraph(
      'graph({x: %0: float32[2]}, %1: float32[2])\n  %2: float32[2] = add(%0, %1)\n  return %2',
    )
    expect((graph({ x: td.array([1, 2]) }, td.array([1, 1])) as td.NDArray).toArray()).toEqual([2, 3])
    expect(await messageOf(() => graph(td.array([1, 2]), td.array([1, 1])))).toMatchInlineSnapshot(`
      "GuardError: graph: this graph was not traced for arguments like these: [float32:1,float32:1].
      It was loaded or parsed, so its function is not there to run again: trace the function for such arguments and save it."
    `)
    expect(await messageOf(() => graph({ x: td.array([1]) }, td.array([1, 1])))).toMatchInlineSnapshot(`
      "GuardError: graph: this graph holds for other sizes only.
      It was loaded or parsed, so its function is not there to run again: trace the function for such arguments and save it."
    `)
  })
  test('an argument that a graph cannot see into', async () => {
    const graph = td.traceGraph((m: Map<string, td.NDArray>) => m.get('x')!)
    expect(await messageOf(() => graph(new Map([['x', matrix()]])))).toMatchInlineSnapshot(`
      "ParamError: graph: 'argument 0' is a Map: a graph sees arrays, numbers, strings, lists, plain objects and Containers, and this is none of them.
      Pass its arrays, name it in argStatefulIdxs, or make it static by staticArgnums."
    `)
  })
  test('a result that a graph cannot hold', async () => {
    expect(await messageOf(() => td.traceGraph((x: td.NDArray) => new Map([['x', x]]), { args: [matrix()] })))
      .toMatchInlineSnapshot(`
      "TraceError: traceGraph: the function returns an object of class Map, which a graph cannot hold.
      Use arrays, numbers, strings, lists, plain objects or Containers."
    `)
  })
  test('options', async () => {
    const trace = (options: object): unknown => td.traceGraph((x: td.NDArray) => x, options)
    expect(await messageOf(() => trace({ args: [], arrayCache: true }))).toMatchInlineSnapshot(`
      "ParamError: traceGraph: 'arrayCache' is true: there is no such option.
      Did you mean 'arrayCaching'?"
    `)
    expect(await messageOf(() => trace({ includeGenerators: 1 }))).toMatchInlineSnapshot(
      `"ParamError: traceGraph: 'includeGenerators' is 1: it takes a boolean."`,
    )
    expect(await messageOf(() => trace({ rerun: 'never' }))).toMatchInlineSnapshot(`
      "ParamError: traceGraph: 'rerun' is "never": this option comes with value reads and re-runs, which are not built yet.
      Leave it out; a value read while tracing is a TraceError until then."
    `)
    expect(await messageOf(() => td.spec('float32', ['n', 3]))).toMatchInlineSnapshot(`
      "ParamError: spec: 'dtype' is "float32": named sizes are not built yet.
      Pass an array; sizes that the function does not read are free already."
    `)
  })
  test('state that cannot be followed', async () => {
    class Hidden {
      #count = 0
      next(): number {
        return ++this.#count
      }
    }
    const trace = (object: object): unknown =>
      td.traceGraph((x: td.NDArray) => x, { stateful: [object], args: [matrix()] })
    expect(await messageOf(() => trace(new Hidden()))).toMatchInlineSnapshot(`
      "StateError: state of Hidden: its private field #count is invisible.
      Give it the protocol [td.state](): { get(), set(tree) }, or keep its arrays in a plain object or a Container."
    `)
    expect(await messageOf(() => trace(new Map()))).toMatchInlineSnapshot(`
      "StateError: state of Map: its entries are not properties.
      Give it the protocol [td.state](): { get(), set(tree) }, or keep its arrays in a plain object or a Container."
    `)
    expect(await messageOf(() => trace(Object.freeze({})))).toMatchInlineSnapshot(`
      "StateError: state of Object: it is frozen or sealed.
      Give it the protocol [td.state](): { get(), set(tree) }, or keep its arrays in a plain object or a Container."
    `)
  })
  test('text that is no graph', async () => {
    expect(
      await messageOf(() =>
        td.parseGraph('graph(%0: float32[2])\n  %1: float32[3] = add(%0, 1)\n  return %1'),
      ),
    ).toMatchInlineSnapshot(
      `"FormatError: graph text at line 2: add: its result is float32[2], not float32[3]."`,
    )
    expect(
      await messageOf(() =>
        td.parseGraph('graph(%0: float32[2])\n  %1: float32[2] = launch(%0)\n  return %1'),
      ),
    ).toMatchInlineSnapshot(`"FormatError: graph text at line 2: there is no op "launch"."`)
  })
  test('a disposed graph', async () => {
    const graph = td.traceGraph((x: td.NDArray) => td.add(x, 1), { args: [matrix()] })
    graph.dispose()
    expect(await messageOf(() => graph(matrix()))).toMatchInlineSnapshot(`
      "GraphError: graph: it was disposed.
      Trace the function again."
    `)
  })
})
