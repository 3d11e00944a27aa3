/** Widths of ` ` to `~` in thousandths of the size, as Helvetica and what looks like it have them. */
const helvetica = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
  500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
  556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
  278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
] as const

const monospaced = 602
/** Bold letters, and fonts that are a little wider. */
const reserve = 1.07

const isWide = (char: string): boolean => char.codePointAt(0)! >= 0x1100

/** About how wide a text is, in the unit of `size`. */
export function textWidth(text: string, size: number, font: 'sans' | 'mono'): number {
  let sum = 0
  for (const char of text) {
    sum += isWide(char)
      ? 1050
      : font === 'mono'
        ? monospaced
        : (helvetica[char.charCodeAt(0) - 32] ?? 600) * reserve
  }
  return (sum * size) / 1000
}

/** The text, or as much of it as fits. */
export function clipped(text: string, most: number): string {
  const chars = [...text]
  return chars.length <= most ? text : `${chars.slice(0, most - 1).join('')}…`
}

/** Items in lines of at most `most` characters, the last line telling that there are more. */
export function wrapped(items: readonly string[], most: number, mostLines: number): readonly string[] {
  const lines: string[] = []
  for (const item of items.map((text) => clipped(text, most))) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 2 + item.length <= most)
      lines[lines.length - 1] = `${last}  ${item}`
    else lines.push(item)
  }
  return lines.length <= mostLines ? lines : [...lines.slice(0, mostLines - 1), `${lines[mostLines - 1]!} …`]
}
