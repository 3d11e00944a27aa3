import { styleText } from 'node:util'

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'cyan' | 'yellow'

/** Where the app writes to, and what is known of it. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  /** Shows what is going on until the next output, on a terminal only. */
  progress(text: string): void
  /** False in a pipe, where pictures, bars and progress are left out. */
  readonly interactive: boolean
  readonly colours: boolean
  readonly columns: number
}

const clearLine = '\r\x1b[2K'

/** The terminal or pipe of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr } = process
  const interactive = stdout.isTTY && stderr.isTTY
  const colours = stdout.isTTY && stdout.hasColors()
  let shown = false
  const clear = (): void => {
    if (shown) stderr.write(clearLine)
    shown = false
  }
  return {
    out(text) {
      clear()
      stdout.write(text)
    },
    err(text) {
      clear()
      stderr.write(text)
    },
    progress(text) {
      if (!interactive) return
      stderr.write(`${clearLine}  ${text} …`)
      shown = true
    },
    interactive,
    colours,
    columns: stdout.columns ?? 80,
  }
}

/** Styles text where the terminal shows colours. */
export type Paint = (style: Style, text: string) => string

export const painter = ({ colours }: Pick<Terminal, 'colours'>): Paint =>
  colours ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text

/** A piece of text in one style; a line of a table or paragraph is made of them. */
export interface Cell {
  readonly text: string
  readonly style?: Style
}

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
}

/** A table with a line of titles; every column is as wide as its widest cell. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  paint: Paint,
): string[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.text.length ?? 0)),
  )
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, style }, at) => {
        const space = ' '.repeat((widths[at] ?? 0) - text.length)
        const painted = style === undefined ? text : paint(style, text)
        return columns[at]?.align === 'right' ? space + painted : painted + space
      })
      .join('  ')
      .trimEnd()
  return [line(columns.map(({ title }) => ({ text: title, style: 'dim' }))), ...rows.map(line)]
}

/** Text in lines of at most `width`, broken at spaces. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
