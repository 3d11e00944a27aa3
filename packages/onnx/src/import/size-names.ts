/** Words of the text form of graphs. */
const words = new Set(['true', 'false', 'null', 'undefined', 'NaN', 'Infinity', 'floor'])

/** What exporters write that know no name: such sizes have nothing to do with each other. */
const isNoName = (text: string): boolean => !/[A-Za-z_$]/.test(text) || /^(?:none|unknown)$/i.test(text)

/**
 * Names for the sizes of a file as graphs may have them: one text is one name, and two texts are two. A size without a
 * name gets the other one that it is asked for with.
 */
export function sizeNames(): (text: string, otherwise: string) => string {
  const known = new Map<string, string>()
  const taken = new Set<string>()
  const own = (wanted: string): string => {
    let name = wanted
    for (let i = 2; taken.has(name) || words.has(name); i++) name = `${wanted}_${i}`
    taken.add(name)
    return name
  }
  return (text, otherwise) => {
    if (isNoName(text)) return own(otherwise)
    const name = known.get(text) ?? own(text.replaceAll(/[^\w$]/g, '_').replace(/^(?=\d)/, '_'))
    known.set(text, name)
    return name
  }
}
