/** What a card stands for; it decides its colour and its symbol. */
export type Category =
  | 'input'
  | 'output'
  | 'constant'
  | 'variable'
  | 'state'
  | 'random'
  | 'creation'
  | 'elementwise'
  | 'reduction'
  | 'contraction'
  | 'movement'
  | 'composite'

/** An array that a card holds itself, as its only user: weights. */
export interface Row {
  readonly category: 'input' | 'constant' | 'variable'
  readonly name: string
  readonly type: string
}

/** A value that leaves a card. */
export interface Port {
  /** What the op calls it, where it has several results. */
  readonly name: string | undefined
  readonly type: string
}

/** What a node tells when it is asked. */
export interface About {
  /** The op's own sentence. */
  readonly doc: string | undefined
  readonly params: readonly (readonly [name: string, value: string])[]
  /** Elements of a small constant. */
  readonly value: string | undefined
  /** `model.ts:12` */
  readonly line: string | undefined
  /** The part of a model that it belongs to: `encoder.layer[0]`. */
  readonly part: string | undefined
}

/** One box of a picture. */
export interface Card {
  readonly id: string
  readonly category: Category
  readonly title: string
  /** What the engine calls the op: `tf.add`. */
  readonly spelling: string | undefined
  /** Parameters and scalars that are not what they are by default: `axis=1`. */
  readonly details: readonly string[]
  /** The part of a model that it is all there is of. */
  readonly part?: string
  readonly rows: readonly Row[]
  readonly outs: readonly Port[]
  /** What the op calls the wires that come in, where that tells something. */
  readonly ins: readonly (string | undefined)[]
  readonly group: string | undefined
  /** No result needs it. */
  readonly unused: boolean
  readonly highlighted: boolean
  readonly about: About
}

/** A value on its way from one card to another. */
export interface Wire {
  readonly from: string
  /** Which of the values that leave `from`. */
  readonly out: number
  readonly to: string
  /** Which of the wires that reach `to`. */
  readonly place: number
  /** The operand's name where it tells something. */
  readonly name: string | undefined
  readonly type: string
  readonly unused: boolean
}

/** A frame around the cards of one nested argument or result, or of one part of a model. */
export interface Group {
  readonly id: string
  readonly title: string
  readonly parent: string | undefined
  /** Whether its cards are at the end, so that wires come from above. */
  readonly ends: boolean
  /** What is told of a part of a model. */
  readonly part?: {
    /** Its class. */
    readonly kind: string
    /** The whole way to it. */
    readonly path: string
  }
}

/** What stands on a frame: `layer[0]`, and its class where that tells more. */
export const kindBeside = ({ title, part }: Group): string | undefined =>
  part === undefined || part.kind === title ? undefined : part.kind

/** A graph as boxes and wires, before anybody has said where they stand. */
export interface Picture {
  readonly title: string
  readonly cards: readonly Card[]
  readonly wires: readonly Wire[]
  readonly groups: readonly Group[]
  readonly labels: Labels
}

/** What stands on the wires. */
export type Labels = 'both' | 'types' | 'names' | 'none'
export const labelChoices: readonly Labels[] = ['both', 'types', 'names', 'none']

export const showsTypes = (labels: Labels): boolean => labels === 'both' || labels === 'types'
export const showsNames = (labels: Labels): boolean => labels === 'both' || labels === 'names'
