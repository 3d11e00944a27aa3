// A page as its users write it: bundled as it is, it shows what each engine computes.
import { tfjs } from '@tendril/backend-tfjs'
import * as td from '@tendril/core'

td.registerBackend(tfjs({ wasmPaths: '/wasm/' }))

const table = document.querySelector('#results')

/** Writes what a step gives. */
async function show(name, step) {
  const row = table.insertRow()
  row.insertCell().textContent = name
  const cell = row.insertCell()
  try {
    const result = await step()
    cell.textContent = typeof result === 'string' ? result : Array.from(await result.data()).join(' ')
  } catch (error) {
    cell.textContent = `${error.name}: ${error.message}`
  }
}

for (const { name, installed, devices, why } of await td.listBackends())
  for (const device of installed ? devices : [{ name: 'all', why }])
    await show(`${name}:${device.name}`, () => (device.available ? 'is here' : `not here: ${device.why}`))

for (const engine of ['tfjs:webgpu', 'tfjs:webgl', 'tfjs:wasm', 'numjs']) {
  const name = await td.setBackend(engine).then(
    () => engine,
    (error) => {
      void show(`${engine} starts`, () => error.message)
    },
  )
  if (name === undefined) continue
  const x = td.array([
    [1, 2],
    [3, 4],
  ])
  await show(`eager on ${engine}`, () => td.add(td.matmul(x, x), 0.5))
  const shift = td.array([10, 20])
  const graph = td.traceGraph((a) => td.relu(td.subtract(td.matmul(a, a), shift)), { args: [x] })
  await show(`a graph on ${engine}`, () => graph(x))
  if (engine !== 'tfjs:webgpu') continue
  for (const other of ['tfjs:wasm', 'numjs']) {
    await show(`the graph of ${engine} on ${other}`, async () => {
      const moved = await graph.to(other)
      return td.withBackend(other, () =>
        moved(
          td.array([
            [1, 2],
            [3, 4],
          ]),
        ),
      )
    })
  }
}
document.querySelector('#end').textContent = 'done'
