/**
 * Shaders are written once, in the part of WGSL that is also GLSL but for its spelling: every `let` and `var` says its
 * type, `fn` stands at the begin of its line, and `at0(i)` reads an element of the first operand, `p[0]` a whole
 * number and `q[0]` a float that are given at each call.
 */
const glslTypes: Readonly<Record<string, string>> = { f32: 'float', i32: 'int', u32: 'uint', bool: 'bool' }

const glslType = (type: string): string => glslTypes[type]!

/** The same functions in GLSL. */
export const toGlsl = (text: string): string =>
  text
    .replace(
      /\bfn (\w+)\(([^)]*)\) -> (\w+)/g,
      (_, name: string, parameters: string, type: string) =>
        `${glslType(type)} ${name}(${parameters.replace(/(\w+): (\w+)/g, (__, own: string, of: string) => `${glslType(of)} ${own}`)})`,
    )
    .replace(/\b(?:let|var) (\w+): (\w+)/g, (_, name: string, type: string) => `${glslType(type)} ${name}`)
    .replace(/\b(?:f32|i32|u32)\(/g, (call) => `${glslType(call.slice(0, -1))}(`)

/** The same functions in WGSL, where each number of the caller has a name. */
export const toWgsl = (text: string): string =>
  text.replace(/\b([pq])\[(\d+)\]/g, (_, list: string, at: string) => `uniforms.${list}${at}`)

/**
 * What both languages have, under one name.
 *
 * Compilers of shaders may take `(x + 1) - 1` for `x`, and `a * b - c` in one step; what went through `held` is as it was
 * rounded, as they do not know that a size is no negative number.
 */
export const glslBase = `
uint bitsOf(float x) { return floatBitsToUint(x); }
float floatOf(uint x) { return uintBitsToFloat(x); }
float held(float x) { return uintBitsToFloat(floatBitsToUint(x) ^ uint(min(outTexShape.x, 0))); }
float nan() { return NAN; }
float inf() { return uintBitsToFloat(0x7f800000u); }
float roundHalf(float x) { return roundEven(x); }
float select(float no, float yes, bool which) { return which ? yes : no; }
int select(int no, int yes, bool which) { return which ? yes : no; }
uint select(uint no, uint yes, bool which) { return which ? yes : no; }
`

export const wgslBase = `
fn bitsOf(x: f32) -> u32 { return bitcast<u32>(x); }
fn floatOf(x: u32) -> f32 { return bitcast<f32>(x); }
fn held(x: f32) -> f32 { return bitcast<f32>(bitcast<u32>(x) ^ u32(min(uniforms.size, 0))); }
fn nan() -> f32 { return uniforms.NAN; }
fn inf() -> f32 { return uniforms.INFINITY; }
fn roundHalf(x: f32) -> f32 { return round(x); }
`
