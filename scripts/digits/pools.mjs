import { deform, greyPixels, rasterise, redraw, sample } from './drawing.mjs'
import { glyphs } from './glyphs.mjs'

/** Images to draw batches from: the model's input and its label. */
function pool(count, make) {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** Digits drawn from strokes, and read by `modelInput` as an image file would be. */
export function drawnPool(count, modelInput, d) {
  return pool(count, (index) => {
    const label = index % glyphs.length
    const size = d.pick([20, 28, 28, 36, 48, 64])
    const width = d.chance(0.3) ? d.between(0.16, 0.26) : d.between(0.02, 0.17)
    const contrast = d.chance(0.3) ? d.between(1.2, 2.4) : 1
    const ink = rasterise(deform(d.pick(glyphs[label])(d), d), {
      size,
      margin: d.between(1, size / 5),
      width,
      contrast,
    })
    const noise = d.chance(0.25) ? d.between(2, 20) : 0
    return { image: modelInput(greyPixels(ink, size, noise, d)), label }
  })
}

/** Digits of the data set, redrawn larger and otherwise, and read by `modelInput` again. */
export function redrawnPool(count, training, modelInput, d) {
  return pool(count, (index) => {
    const { image, label } = training[index % training.length]
    const size = 40
    return { image: modelInput(greyPixels(redraw(image, size, d), size, 0, d)), label }
  })
}

/** An image moved by part of a cell, lighter or darker, with some noise. */
export function jitter(image, d) {
  const [right, down, zoom] = [d.normal() * 0.15, d.normal() * 0.15, Math.exp(d.normal() * 0.03)]
  const strength = d.between(0.85, 1.15)
  const blur = d.chance(0.5)
  return image.map((value, place) => {
    const x = (place % 8) - right
    const y = Math.floor(place / 8) - down
    const moved = blur ? (value + sample(image, (x - 3.5) * zoom + 3.5, (y - 3.5) * zoom + 3.5)) / 2 : value
    return Math.min(1, Math.max(0, moved * strength + d.normal() * 0.03))
  })
}
