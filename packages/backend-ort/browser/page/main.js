// A page as its users write it: bundled as it is, it shows what onnxruntime-web computes.
import * as td from '@tendril/core'
import { ort } from '@tendril/backend-ort'

// Where a bundler does not bring the wasm files, their place is named in the address of the page.
const asked = new URL(location.href).searchParams
if (!asked.has('byName')) {
  const options = {}
  if (asked.has('wasm')) options.wasmPaths = asked.get('wasm')
  if (asked.has('workers')) options.workers = Number(asked.get('workers'))
  td.registerBackend(ort(options))
}

const table = document.querySelector('#results')

/** Writes what a step gives. */
async function show(name, step) {
  const row = table.insertRow()
  row.insertCell().textContent = name
  const cell = row.insertCell()
  try {
    cell.textContent = String(await step())
  } catch (error) {
    cell.textContent = `${error.name}: ${error.message}`
  }
}

await show('device', async () => (await td.setBackend('ort')).device)
await show('graph', async () => {
  const x = td.array([
    [1, 2],
    [3, 4],
  ])
  const graph = td.traceGraph((a) => td.relu(td.subtract(td.matmul(a, a), 9)), { args: [x] })
  return (await graph(x).data()).join(' ')
})
document.querySelector('#end').textContent = 'done'
