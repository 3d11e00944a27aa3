import { describe } from 'vitest'
import { agree, type Case, some, tensor } from './one-node.ts'

const classes = tensor('int64', [2, 3], [0, 4, 2, 2, 1, 4])
const scores = some('float32', 2, 5, 3)
const weights = tensor('float32', [5], [0.5, 1, 0.25, 2, 3])

describe('losses', () => {
  for (const op of ['NegativeLogLikelihoodLoss', 'SoftmaxCrossEntropyLoss']) {
    const cases = ['none', 'sum', 'mean'].flatMap((reduction): (readonly [string, Case])[] => [
      [`${op}: ${reduction}`, { op, operands: [scores, classes], attributes: { reduction } }],
      [
        `${op}: ${reduction}, weighted`,
        { op, operands: [scores, classes, weights], attributes: { reduction } },
      ],
      [
        `${op}: ${reduction}, weighted, one class left out`,
        { op, operands: [scores, classes, weights], attributes: { reduction, ignore_index: 4 } },
      ],
      [
        `${op}: ${reduction}, a class left out that is none`,
        {
          op,
          operands: [scores, tensor('int64', [2, 3], [0, -1, 2, 2, 1, -1])],
          attributes: { reduction, ignore_index: -1 },
        },
      ],
    ])
    agree(Object.fromEntries(cases.map(([name, node]) => [name, { opset: 13, ...node }])))
  }
  agree({
    'of rows, with the logarithms': {
      op: 'SoftmaxCrossEntropyLoss',
      opset: 13,
      operands: [some('float32', 3, 5), tensor('int32', [3], [0, 4, 2])],
      gives: ['float32', 'float32'],
    },
  })
})
