import type { Category } from './picture.ts'

/** The tones of one category: of a card, its edge, its text. */
export interface Tones {
  readonly fill: string
  readonly edge: string
  readonly ink: string
}

export interface Theme {
  readonly paper: string
  /** Titles of frames, legends. */
  readonly quiet: string
  readonly wire: string
  readonly frame: string
  /** Types on wires. */
  readonly tag: Tones
  readonly unused: Tones
  readonly highlight: string
  readonly tones: Readonly<Record<Category, Tones>>
}

const tones = (fill: string, edge: string, ink: string): Tones => ({ fill, edge, ink })

export const light: Theme = {
  paper: '#ffffff',
  quiet: '#5d6877',
  wire: '#7d8897',
  frame: '#f6f8fa',
  tag: tones('#ffffff', '#cdd4dc', '#4d5866'),
  unused: tones('#fafbfc', '#c3cad3', '#84909d'),
  highlight: '#c96f06',
  tones: {
    input: tones('#ffffff', '#8793a3', '#27313d'),
    output: tones('#2d3845', '#2d3845', '#ffffff'),
    constant: tones('#f3f4f6', '#c3cad3', '#3d4854'),
    variable: tones('#fdecf1', '#eda9bd', '#831843'),
    state: tones('#fdecf1', '#d9487d', '#831843'),
    random: tones('#fef5d6', '#e2bf4e', '#6b4e00'),
    creation: tones('#ecf6e4', '#a6cf86', '#2f5a14'),
    elementwise: tones('#e9f2fd', '#9cc3f0', '#12447f'),
    reduction: tones('#fdeee2', '#f0b68a', '#853f0b'),
    contraction: tones('#f2edfd', '#bda6f2', '#4a2491'),
    movement: tones('#e3f6f2', '#86cfc0', '#0c5448'),
    composite: tones('#e9edf5', '#a9b6cc', '#2b3d5b'),
  },
}

export const dark: Theme = {
  paper: '#0f141a',
  quiet: '#8b97a6',
  wire: '#6d7a89',
  frame: '#161c24',
  tag: tones('#0f141a', '#36414d', '#b3bdc9'),
  unused: tones('#131920', '#37414c', '#6a7684'),
  highlight: '#fbbf24',
  tones: {
    input: tones('#161d26', '#6b7887', '#e6ebf1'),
    output: tones('#dfe5ec', '#dfe5ec', '#18202a'),
    constant: tones('#1d242d', '#47525f', '#c6cfd9'),
    variable: tones('#331626', '#8c3a60', '#f9b9cf'),
    state: tones('#331626', '#d0487d', '#f9b9cf'),
    random: tones('#33290a', '#8a6e1b', '#f6dc86'),
    creation: tones('#1a2a12', '#54803a', '#bfe3a4'),
    elementwise: tones('#10253f', '#34659d', '#b4d5fb'),
    reduction: tones('#371f0f', '#965a2b', '#fbcba4'),
    contraction: tones('#251a45', '#6b4fb8', '#d5c6fb'),
    movement: tones('#0c2c28', '#2b7a6d', '#a2e4d7'),
    composite: tones('#1b2434', '#4a5c7c', '#c3d0e6'),
  },
}
