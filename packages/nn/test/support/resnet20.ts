import * as td from '@tendril/core'
import { BatchNorm2d, Conv2d, GlobalAvgPool, Linear, Module, Sequential } from '../../src/index.ts'

/** Two convolutions, with a shortcut that drops pixels and pads channels where the sizes change (option A). */
class BasicBlock extends Module {
  readonly added: number
  readonly conv1: Conv2d
  readonly bn1: BatchNorm2d
  readonly conv2: Conv2d
  readonly bn2: BatchNorm2d

  constructor(inPlanes: number, planes: number, stride: number) {
    super()
    const options = { padding: 1, bias: false }
    this.added = planes - inPlanes
    this.conv1 = new Conv2d(inPlanes, planes, 3, { ...options, strides: stride })
    this.bn1 = new BatchNorm2d(planes)
    this.conv2 = new Conv2d(planes, planes, 3, options)
    this.bn2 = new BatchNorm2d(planes)
  }

  forward(x: td.NDArray): td.NDArray {
    const y = this.bn2(this.conv2(td.relu(this.bn1(this.conv1(x)))))
    return td.relu(td.add(y, this.added === 0 ? x : this.shortcut(x)))
  }

  shortcut(x: td.NDArray): td.NDArray {
    const small = td.slice(x, [0, 0, 0, 0], [null, null, null, null], [1, 1, 2, 2])
    const side = this.added / 2
    return td.pad(small, [
      [0, 0],
      [side, side],
      [0, 0],
      [0, 0],
    ])
  }
}

/** ResNet-20 for CIFAR-10, its fields named as the weights of akamaster/pytorch_resnet_cifar10 are. */
export class ResNet20 extends Module {
  readonly conv1 = new Conv2d(3, 16, 3, { padding: 1, bias: false })
  readonly bn1 = new BatchNorm2d(16)
  readonly layer1 = stage(16, 16, 1)
  readonly layer2 = stage(16, 32, 2)
  readonly layer3 = stage(32, 64, 2)
  readonly pool = new GlobalAvgPool()
  readonly linear = new Linear(64, 10)

  forward(x: td.NDArray): td.NDArray {
    const first = td.relu(this.bn1(this.conv1(x)))
    const pooled = this.pool(this.layer3(this.layer2(this.layer1(first))))
    return this.linear(td.squeeze(pooled, [2, 3]))
  }
}

const stage = (inPlanes: number, planes: number, stride: number): Sequential =>
  new Sequential(
    new BasicBlock(inPlanes, planes, stride),
    new BasicBlock(planes, planes, 1),
    new BasicBlock(planes, planes, 1),
  )
