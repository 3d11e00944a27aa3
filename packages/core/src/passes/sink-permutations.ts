import { type Atom, type Graph, isVar, makeGraph, type Node, type Var } from '../ir/graph.ts'
import { likeOrigin } from '../ir/part.ts'
import { noteSame } from '../ir/stands-for.ts'
import { producers, withInputs } from '../ir/uses.ts'
import type { OpDef, Params } from '../op.ts'
import { batchNorm, concat, flip, pad, permuteDims, reshape, slice, softmax, take } from '../ops/index.ts'
import { Recorder } from '../recorder.ts'
import { UndecidedSize } from '../types/dim.ts'
import { deadCode } from './dead-code.ts'
import { definePass } from './pass.ts'

/** A value as another one with its axes in another order. */
interface View {
  readonly base: Atom
  readonly axes: readonly number[]
}

/** Parameters for an array whose axes are in another order: place `k` of the old ones is about axis `axes[k]`. */
type Follow = (params: Params, axes: readonly number[]) => Params

const placed = <T>(values: readonly T[], axes: readonly number[]): readonly T[] => {
  const moved = [...values]
  axes.forEach((axis, k) => (moved[axis] = values[k]!))
  return moved
}
const alongAxis: Follow = (params, axes) => ({ ...params, axis: axes[params['axis'] as number]! })

/** Ops that do the same to an array whose axes are in another order, by how many of their operands go along. */
const followers = new Map<OpDef, { readonly operands: number; readonly follow: Follow }>()
/** Filled at the first run, when every op is there. */
function fillFollowers(): void {
  followers.set(batchNorm.def, { operands: 1, follow: alongAxis })
  followers.set(softmax.def, { operands: 1, follow: alongAxis })
  followers.set(concat.def, { operands: Infinity, follow: alongAxis })
  followers.set(flip.def, {
    operands: 1,
    follow: (params, axes) => {
      const given = params['axis'] as readonly number[] | null
      return given === null ? params : { ...params, axis: given.map((axis) => axes[axis]!) }
    },
  })
  followers.set(pad.def, {
    operands: 1,
    follow: (params, axes) => {
      const width = params['padWidth'] as readonly number[]
      const [before, after] = [width.slice(0, axes.length), width.slice(axes.length)]
      return { ...params, padWidth: [...placed(before, axes), ...placed(after, axes)] }
    },
  })
  followers.set(slice.def, {
    operands: 1,
    follow: (params, axes) =>
      Object.fromEntries(
        Object.entries(params).map(([name, bounds]) => [name, placed(bounds as readonly number[], axes)]),
      ),
  })
  followers.set(take.def, { operands: 1, follow: alongAxis })
}

/**
 * Moves changes of the order of axes behind the ops that do not mind it, so that those of neighbours meet and cancel:
 * engines with the channels last have them around each convolution.
 *
 * The graph stays as it was where that does not leave fewer of them.
 */
export const sinkPermutations = definePass({
  name: 'sink-permutations',
  run(graph: Graph): Graph {
    if (!graph.nodes.some(isPermutation)) return graph
    if (followers.size === 0) fillFollowers()
    const sunk = deadCode.run(new Sinking(graph).run())
    return countPermutations(sunk) < countPermutations(graph) ? sunk : graph
  },
})

const isPermutation = ({ op }: Node): boolean => op.def === permuteDims.def

/** What a graph holds, or reads at each call, is small beside what flows through it. */
const fixedOf = ({ constants, slots }: Graph): ReadonlySet<Atom> =>
  new Set([...constants, ...slots].map(({ out }) => out))

function countPermutations(graph: Graph): number {
  const fixed = fixedOf(graph)
  return graph.nodes.filter((node) => isPermutation(node) && !fixed.has(node.inputs[0]!)).length
}

class Sinking {
  readonly #graph: Graph
  readonly #fixed: ReadonlySet<Atom>
  readonly #makers: ReadonlyMap<Var, Node>
  readonly #out = new Recorder()
  readonly #views = new Map<Atom, View>()
  readonly #replaced = new Map<Atom, Atom>()

  constructor(graph: Graph) {
    this.#graph = graph
    this.#fixed = fixedOf(graph)
    this.#makers = producers(graph.nodes)
  }

  run(): Graph {
    for (const node of this.#graph.nodes) {
      this.#out.loc = likeOrigin(node.loc)
      try {
        // Its sizes are compared as where it stood, so that nothing new is assumed.
        this.#visit(node)
      } catch (error) {
        if (!(error instanceof UndecidedSize)) throw error
        // What was put in for it meanwhile is dead code.
        this.#keep(node)
      }
    }
    const outputs = this.#graph.outputs.map((atom) => this.#whole(atom))
    return makeGraph({ ...this.#graph, nodes: this.#out.nodes, outputs })
  }

  #visit(node: Node): void {
    const [first = null] = node.inputs
    if (isPermutation(node) && first !== null && !this.#fixed.has(first)) {
      const { base, axes } = this.#viewOf(first)
      const outer = node.params['axes'] as readonly number[]
      this.#views.set(node.outs[0]!, { base, axes: outer.map((axis) => axes[axis]!) })
    } else if (!this.#sink(node)) this.#keep(node)
  }

  #keep(node: Node): void {
    for (const atom of node.inputs) if (atom !== null) this.#whole(atom)
    this.#out.nodes.push(withInputs(node, this.#replaced))
  }

  /** Applies the op below the permutation that its operands have in common. */
  #sink(node: Node): boolean {
    const { op, inputs, outs, params } = node
    const follower = followers.get(op.def)
    const isElementwise = op.def.traits.elementwise === true
    if ((follower === undefined && !isElementwise) || outs.length !== 1) return false
    const axes = inputs.map((atom) => atom && this.#views.get(atom)?.axes).find((one) => one != null)
    if (axes === undefined || axes === null || outs[0]!.type.shape.length !== axes.length) return false
    const taking = isElementwise ? inputs.length : Math.min(follower!.operands, inputs.length)
    if (!inputs.every((atom, i) => i >= taking || this.#canGoAlong(atom, axes, isElementwise))) return false
    const below = inputs.map((atom, i) =>
      atom === null ? null : i < taking ? this.#below(atom, axes) : this.#whole(atom),
    )
    const made = this.#out.append(op, below, isElementwise ? params : follower!.follow(params, axes))
    this.#views.set(outs[0]!, { base: made[0]!, axes })
    return true
  }

  #canGoAlong(atom: Atom | null, axes: readonly number[], broadcasts: boolean): boolean {
    if (atom === null || !isVar(atom)) return true
    const view = this.#views.get(atom)
    if (view !== undefined && atom.type.shape.length === axes.length)
      return String(view.axes) === String(axes)
    const isSmall = atom.type.shape.length < axes.length || this.#fixed.has(atom)
    return broadcasts && isSmall && atom.type.shape.every((size) => typeof size === 'number')
  }

  /** An operand as it is before the permutation. */
  #below(atom: Atom, axes: readonly number[]): Atom {
    const view = this.#views.get(atom)
    if (view !== undefined && atom.type.shape.length === axes.length) return view.base
    const shape = atom.type.shape as readonly number[]
    if (!isVar(atom) || shape.every((size) => size === 1)) return this.#whole(atom)
    const full = [...axes.slice(shape.length).map(() => 1), ...shape]
    const moved = placed(full, axes)
    const whole = this.#whole(atom)
    if (full.filter((size) => size !== 1).length === 1)
      return this.#out.append(reshape, [whole], { shape: moved })[0]!
    const wide =
      shape.length === axes.length ? whole : this.#out.append(reshape, [whole], { shape: full })[0]!
    return this.#out.append(permuteDims, [wide], {
      axes: placed(
        axes.map((_, k) => k),
        axes,
      ),
    })[0]!
  }

  #viewOf(atom: Atom): View {
    const known = this.#views.get(atom)
    return known ?? { base: this.#whole(atom), axes: atom.type.shape.map((_, i) => i) }
  }

  /** The value itself, permuted where it was left behind. */
  #whole(atom: Atom): Atom {
    const known = this.#replaced.get(atom)
    if (known !== undefined) return known
    const view = this.#views.get(atom)
    if (view === undefined) return atom
    const { base, axes } = view
    const inOrder = axes.every((axis, i) => axis === i)
    const whole = inOrder ? base : this.#out.append(permuteDims, [base], { axes })[0]!
    // It is what the op made that was applied below.
    const maker = isVar(atom) ? this.#makers.get(atom) : undefined
    if (maker !== undefined) noteSame(whole, maker, 0)
    this.#replaced.set(atom, whole)
    return whole as Var
  }
}
