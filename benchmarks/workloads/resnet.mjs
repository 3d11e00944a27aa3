import * as td from '@tendril/core'
import { init, ResNetForImageClassification } from '@tendril/nn'
import { exportOnnx } from '@tendril/onnx'
import * as ort from 'onnxruntime-node'
import { numbers } from '../data.mjs'

const side = 224

/** ResNet-50 by the config's defaults; its speed does not depend on what the weights are. */
function resnet50() {
  td.random.seed(1)
  return new ResNetForImageClassification({ num_labels: 1000 }).eval()
}

/** The convolution of a layer with its normalization folded in, as onnxruntime does it to weights that it knows. */
function folded({ convolution, normalization }, { strides = 1, padding = 0 } = {}) {
  const { weight, bias, runningMean, runningVar, eps } = normalization
  const scale = td.divide(weight.value, td.sqrt(td.add(runningVar.value, eps)))
  const kernel = td.multiply(convolution.weight.value, td.reshape(scale, [-1, 1, 1, 1]))
  const shift = td.subtract(bias.value, td.multiply(runningMean.value, scale))
  return (x) => td.conv2d(x, kernel, shift, { strides, padding })
}

/** The function of the model, written by hand and without batch normalization. */
function foldedModel({ resnet, classifier }) {
  const first = folded(resnet.embedder.embedder, { strides: 2, padding: 3 })
  const layers = [...resnet.encoder.stages].flatMap((stage, at) =>
    [...stage.layers].map(({ layer, shortcut }, place) => {
      const strides = at > 0 && place === 0 ? 2 : 1
      const [a, b, c] = [...layer].map((each, i) => folded(each, i === 1 ? { strides, padding: 1 } : {}))
      const short = 'convolution' in shortcut ? folded(shortcut, { strides }) : (x) => x
      return (x) => td.relu(td.add(c(td.relu(b(td.relu(a(x))))), short(x)))
    }),
  )
  const [, last] = classifier
  return (images) => {
    const start = td.maxPool2d(td.relu(first(images)), 3, { strides: 2, padding: 1 })
    const features = td.mean(
      layers.reduce((x, layer) => layer(x), start),
      { axis: [2, 3] },
    )
    return td.linear(features, last.weight.value, last.bias.value)
  }
}

/** ResNet-50 as a Module on onnxruntime, against sessions of ONNX files that hold the weights. */
export async function resnetCases() {
  await td.setBackend('ort')
  const model = resnet50()
  const pixels = numbers(3 * side * side, 3)
  const pixelValues = td.reshape(td.array(pixels), [1, 3, side, side])
  const args = [pixelValues]
  const classify = td.traceGraph((images) => model(images).logits, { args })
  const against = async (peer, graph) => {
    const session = await ort.InferenceSession.create(exportOnnx(graph))
    const [input, output] = [session.inputNames[0], session.outputNames[0]]
    const feeds = { [input]: new ort.Tensor('float32', pixels, [1, 3, side, side]) }
    const theirs = () => session.run(feeds)
    return {
      workload: 'ResNet-50, one image of 224x224',
      engine: 'ort',
      peer,
      // Read, as a peer's result is.
      ours: () => classify(pixelValues).data(),
      theirs,
      read: async () => [await classify(pixelValues).data(), (await theirs())[output].data],
      tolerance: 1e-4,
      // Several calls in each: the threads of the other session spin for a while after it.
      sampleMs: 200,
      pauseMs: 100,
    }
  }
  return [
    await against('InferenceSession.run of the exported model', classify),
    await against('the same with batch norms folded', td.traceGraph(foldedModel(model), { args })),
  ]
}

/** What it takes to trace ResNet-50 and to run the passes; the reference engine has nothing to compile. */
export async function resnetTracing() {
  await td.setBackend('reference')
  const model = new ResNetForImageClassification(
    { num_labels: 1000 },
    { weightInitializer: init.zeros },
  ).eval()
  const args = [td.zeros([1, 3, side, side])]
  const times = []
  for (let i = 0; i < 7; i++) {
    const start = performance.now()
    td.traceGraph((images) => model(images).logits, { args })
    times.push(performance.now() - start)
  }
  const [first] = times
  const median = times.toSorted((a, b) => a - b)[times.length >> 1]
  const row = (workload, ms) => ({ workload, engine: 'reference', us: 1e3 * ms, limit: '<= 300000 us' })
  return [row('ResNet-50: first trace and passes', first), row('ResNet-50: trace and passes', median)]
}
