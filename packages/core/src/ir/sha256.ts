/** SHA-256 in plain JavaScript: it names large constants in prints, also where no crypto module is at hand. */

const words = (fraction: (prime: number) => number, count: number): number[] => {
  const found: number[] = []
  for (let n = 2; found.length < count; n++) {
    if (Array.from({ length: n - 2 }, (_, i) => i + 2).every((d) => n % d !== 0)) found.push(fraction(n))
  }
  return found
}

const bitsAfterPoint = (x: number): number => ((x - Math.floor(x)) * 2 ** 32) | 0
// The first 32 bits of the fractions of square and cube roots of the first primes, as the standard defines them.
const start = words((prime) => bitsAfterPoint(Math.sqrt(prime)), 8)
const rounds = words((prime) => bitsAfterPoint(Math.cbrt(prime)), 64)

const rotate = (x: number, by: number): number => (x >>> by) | (x << (32 - by))

/** The hash of the bytes as 64 hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  const state = Int32Array.from(start)
  const schedule = new Int32Array(64)
  const whole = bytes.length - (bytes.length % 64)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < whole; at += 64) compress(state, view, at, schedule)
  const left = bytes.subarray(whole)
  const end = new Uint8Array(left.length < 56 ? 64 : 128)
  end.set(left)
  end[left.length] = 0x80
  const endView = new DataView(end.buffer)
  endView.setBigUint64(end.length - 8, BigInt(bytes.length) * 8n)
  for (let at = 0; at < end.length; at += 64) compress(state, endView, at, schedule)
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

function compress(state: Int32Array, view: DataView, at: number, w: Int32Array): void {
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i)
  for (let i = 16; i < 64; i++) {
    const early = w[i - 15]!
    const late = w[i - 2]!
    const s0 = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3)
    const s1 = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10)
    w[i] = w[i - 16]! + s0 + w[i - 7]! + s1
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + rounds[i]! + w[i]!) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  ;[a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i]! + word) | 0))
}
