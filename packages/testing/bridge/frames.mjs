// Messages on a stream: a line of JSON, then the bytes of the arrays that its field `arrays` lists, in order.

/** Longest line and largest sum of bytes that is waited for. */
const mostBytes = 2 ** 31 - 1
const newline = 10

const isCount = (value) => Number.isSafeInteger(value) && value >= 0

/** How many bytes follow a line; what cannot be read is followed by none. */
function bytesAfter(header) {
  const { arrays = [] } = header
  if (!Array.isArray(arrays) || !arrays.every((one) => isCount(one?.bytes)))
    throw new TypeError('`arrays` is a list of { dtype, shape, bytes }')
  const total = arrays.reduce((sum, { bytes }) => sum + bytes, 0)
  if (total > mostBytes)
    throw new RangeError(`${total} bytes are more than ${mostBytes}, which a message may have`)
  return total
}

function parsed(line) {
  let header
  try {
    header = JSON.parse(line)
    if (typeof header !== 'object' || header === null || Array.isArray(header))
      throw new TypeError('a message is an object { fn, args, options }')
    return { header, following: bytesAfter(header) }
  } catch (error) {
    return { header: { id: header?.id }, following: 0, error }
  }
}

/**
 * The messages of a stream, as `{ header, bytes }` or `{ header, error }`; empty lines are passed over.
 *
 * A line that is no message is answered by an error, and reading goes on at the next line.
 */
export async function* messages(stream) {
  const chunks = []
  let held = 0
  let wanted = 0
  let open
  const take = (count) => {
    const all = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
    chunks.length = 0
    held -= count
    if (held > 0) chunks.push(all.subarray(count))
    return all.subarray(0, count)
  }
  const lineEnd = () => {
    let before = 0
    for (const chunk of chunks) {
      const at = chunk.indexOf(newline)
      if (at >= 0) return before + at
      before += chunk.length
    }
    return -1
  }
  for await (const chunk of stream) {
    chunks.push(chunk)
    held += chunk.length
    for (;;) {
      if (open === undefined) {
        const end = lineEnd()
        if (end < 0) break
        const line = take(end + 1)
          .toString('utf8')
          .trim()
        if (line === '') continue
        const { header, following, error } = parsed(line)
        if (error !== undefined) {
          yield { header, error }
          continue
        }
        open = header
        wanted = following
      }
      if (held < wanted) break
      const header = open
      open = undefined
      // A copy, so that elements are aligned and nobody else's.
      yield { header, bytes: wanted === 0 ? new Uint8Array(0) : Uint8Array.from(take(wanted)) }
    }
  }
  if (open !== undefined) yield { header: open, error: new RangeError('the stream ended inside of arrays') }
  else if (held > 0) {
    const { header, error } = parsed(take(held).toString('utf8'))
    yield { header, error: error ?? new RangeError('the stream ended inside of a line') }
  }
}

/** A message as it is written. */
export const frame = (header, buffers) =>
  Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), ...buffers])
