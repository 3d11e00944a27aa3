/** How Chromium is started: with WebGPU on machines without a GPU, where SwiftShader computes, also for root. */
export const chromiumArguments: readonly string[] = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--enable-unsafe-swiftshader',
]
