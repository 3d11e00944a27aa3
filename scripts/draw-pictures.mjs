// Draws docs/pictures anew from the built packages. With `--png` folder it also draws them as PNG, to be looked at.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { modelPictures } from './pictures/models.mjs'
import { seedFigures } from './pictures/seed.mjs'

const folder = fileURLToPath(new URL('../docs/pictures', import.meta.url))
const png = process.argv[2] === '--png' ? process.argv[3] : undefined

for (const place of [folder, png]) if (place !== undefined) await mkdir(place, { recursive: true })
for (const [name, make] of Object.entries({ ...seedFigures, ...modelPictures })) {
  const [graph, options] = make()
  const svg = await graph.show({ ...options, file: join(folder, `${name}.svg`) })
  if (png === undefined) continue
  await sharp(Buffer.from(svg), { density: 144 })
    .png()
    .toFile(join(png, `${name}.png`))
  await writeFile(join(png, `${name}.html`), await graph.show({ ...options, format: 'html' }))
}
