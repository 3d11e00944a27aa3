/** Control characters and halves of surrogate pairs, which no format takes, and what turns the text around it. */
const unprintable = /(?![\t\n\r])\p{Cc}|\p{Surrogate}|[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu

/** A text on one line, with nothing in it that a format could not hold. */
const tame = (text: string): string => text.replace(unprintable, '\ufffd')

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text inside SVG and HTML, between tags or in an attribute. */
export const xml = (text: string): string => tame(text).replace(/[&<>"']/g, (char) => entities[char]!)

/** A quoted string of DOT; a line break breaks the label's line. */
export const dotString = (text: string): string =>
  `"${tame(text)
    .replace(/[\\"]/g, '\\$&')
    .replace(/\r\n|[\r\n]/g, '\\n')}"`

/** A quoted label of Mermaid, where every character that its parser or HTML could take for its own is a code. */
export const mermaidString = (text: string): string =>
  `"${tame(text)
    .replace(/[^\p{L}\p{N} \n.,:=()[\]/+_-]/gu, (char) => `#${char.codePointAt(0)};`)
    .replace(/\r\n|[\r\n]/g, '<br/>')}"`

/** Data inside a script element: nothing in it can end the element. */
export const scriptData = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
