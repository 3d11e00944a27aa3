/**
 * What the page does: pan, zoom, search, and the panel of the chosen card.
 *
 * It is a text because it runs in pages, not here. Names and values are set as text, never as markup.
 */
export const pageScript: string = `
'use strict'
const cards = JSON.parse(document.getElementById('cards').textContent)
const view = document.getElementById('view')
const svg = view.querySelector('svg')
const panel = document.getElementById('panel')
const search = document.getElementById('search')
const found = document.getElementById('found')
const byId = new Map(cards.map((card) => [card.id, card]))
const frames = new Map(JSON.parse(document.getElementById('frames').textContent).map((frame) => [frame.id, frame]))
const drawn = new Map([...svg.querySelectorAll('.card')].map((g) => [g.dataset.id, g]))
const wires = [...svg.querySelectorAll('.wire')]
const drawnFrames = new Map([...svg.querySelectorAll('.frame')].map((rect) => [rect.dataset.id, rect]))
const whole = svg.viewBox.baseVal
const size = { width: whole.width, height: whole.height }

// --- Where we look ---

let box = { x: 0, y: 0, width: size.width, height: size.height }
function look(next) {
  box = next
  svg.setAttribute('viewBox', [box.x, box.y, box.width, box.height].join(' '))
}
const scale = () => view.clientWidth / box.width
/** Looks at a middle with as many pixels for each point. */
function center(x, y, pixels) {
  const width = view.clientWidth / pixels
  const height = view.clientHeight / pixels
  look({ x: x - width / 2, y: y - height / 2, width, height })
}
function fit() {
  const room = { width: view.clientWidth - 32, height: view.clientHeight - 96 }
  const all = Math.min(room.width / size.width, room.height / size.height)
  // A tall picture is shown from its top, at a size that can be read.
  const pixels = Math.min(1.6, Math.max(all, Math.min(0.8, room.width / size.width)))
  const tall = size.height * pixels > room.height
  center(size.width / 2, tall ? view.clientHeight / 2 / pixels - 64 / pixels : size.height / 2 - 16 / pixels, pixels)
}
function zoom(factor, clientX, clientY) {
  const pixels = Math.min(8, Math.max(0.05, scale() * factor))
  const width = view.clientWidth / pixels
  const height = view.clientHeight / pixels
  const [fx, fy] = [clientX / view.clientWidth, clientY / view.clientHeight]
  look({ x: box.x + (box.width - width) * fx, y: box.y + (box.height - height) * fy, width, height })
}
const zoomMiddle = (factor) => zoom(factor, view.clientWidth / 2, view.clientHeight / 2)

view.addEventListener('wheel', (event) => {
  event.preventDefault()
  const lines = event.deltaMode === 1 ? 16 : 1
  if (event.ctrlKey || event.deltaMode === 1 || (event.deltaX === 0 && Math.abs(event.deltaY) >= 50))
    return zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016)), event.clientX, event.clientY)
  look({ ...box, x: box.x + event.deltaX / scale(), y: box.y + event.deltaY / scale() })
}, { passive: false })

const fingers = new Map()
let moved = 0
view.addEventListener('pointerdown', (event) => {
  fingers.set(event.pointerId, event)
  moved = 0
})
view.addEventListener('pointermove', (event) => {
  const before = fingers.get(event.pointerId)
  if (before === undefined) return
  const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY]
  moved += Math.hypot(dx, dy)
  if (moved > 4) view.setPointerCapture(event.pointerId)
  const other = [...fingers.values()].find((one) => one.pointerId !== event.pointerId)
  if (other !== undefined) {
    const distance = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY) || 1
    zoom(distance(event) / distance(before), other.clientX, other.clientY)
  } else look({ ...box, x: box.x - dx / scale(), y: box.y - dy / scale() })
  fingers.set(event.pointerId, event)
})
for (const end of ['pointerup', 'pointercancel'])
  view.addEventListener(end, (event) => fingers.delete(event.pointerId))
view.addEventListener('click', (event) => {
  if (moved > 4) return
  choose(event.target.closest('.card,.frame,.frame-title')?.dataset.id)
})

// --- The chosen card ---

const make = (tag, className, text) => {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  return element
}
/** Whether a card stands in a frame, or in one inside of it. */
function isIn(card, id) {
  for (let at = card.group; at !== undefined; at = frames.get(at).parent) if (at === id) return true
  return false
}
/** Chooses a card, or a frame with all that is in it. */
function choose(id, go) {
  for (const element of [...drawn.values(), ...drawnFrames.values(), ...wires]) element.classList.remove('chosen', 'near')
  svg.classList.toggle('choosing', id !== undefined)
  panel.hidden = id === undefined
  if (id === undefined) return
  const frame = frames.get(id)
  const chosen = frame ? cards.filter((card) => isIn(card, id)).map((card) => card.id) : [id]
  const isChosen = new Set(chosen)
  for (const one of chosen) drawn.get(one).classList.add(frame ? 'near' : 'chosen')
  drawnFrames.get(id)?.classList.add('chosen')
  for (const wire of wires) {
    const { from, to } = wire.dataset
    if (!isChosen.has(from) && !isChosen.has(to)) continue
    wire.classList.add('near')
    for (const end of [from, to]) drawn.get(end).classList.add('near')
  }
  show(frame ?? byId.get(id))
  if (go) (frame ? goToFrame : goToCard)((drawn.get(id) ?? drawnFrames.get(id)).getBoundingClientRect())
}
function goToCard(at) {
  const pixels = Math.max(scale(), 0.8)
  const x = box.x + (at.x + at.width / 2) / scale()
  center(x + (panel.offsetWidth + 16) / 2 / pixels, box.y + (at.y + at.height / 2) / scale(), pixels)
}
/** Shows a frame as large as fits beside the panel; a tall one from its top. */
function goToFrame(at) {
  const [width, height] = [at.width / scale(), at.height / scale()]
  const room = { width: view.clientWidth - panel.offsetWidth - 64, height: view.clientHeight - 144 }
  const pixels = Math.min(1.6, Math.max(Math.min(room.width / width, room.height / height), Math.min(0.8, room.width / width)))
  const [x, y] = [box.x + at.x / scale(), box.y + at.y / scale()]
  const middle = height * pixels > room.height ? view.clientHeight / 2 / pixels - 72 / pixels : height / 2
  center(x + width / 2 + (panel.offsetWidth + 16) / 2 / pixels, y + middle, pixels)
}
/** A sentence; what stands between backticks is code. */
function prose(text) {
  const paragraph = make('p')
  text.split('\`').forEach((part, i) => paragraph.append(i % 2 === 1 ? make('code', 'mono', part) : part))
  return paragraph
}
function section(title, rows) {
  if (rows.length === 0) return
  panel.append(make('h3', '', title), ...rows)
}
function pairs(entries) {
  const list = make('dl')
  for (const [name, value] of entries) list.append(make('dt', '', name), make('dd', '', value))
  return entries.length === 0 ? [] : [list]
}
function arrays(links, word) {
  return links.map(({ name, type, ids }) => {
    const one = make('div', 'array')
    one.append(make('div', 'mono', (name === '' ? '' : name + ': ') + type))
    for (const id of ids) {
      const card = byId.get(id)
      const link = make('button', 'link', word + ' ' + card.title)
      link.style.setProperty('--fill', 'var(--' + card.category + ')')
      link.style.setProperty('--edge', 'var(--' + card.category + '-edge)')
      link.addEventListener('click', () => choose(id, true))
      one.append(link)
    }
    return one
  })
}
function show(card) {
  const close = make('button', 'close', '×')
  close.title = 'Close (Esc)'
  close.addEventListener('click', () => choose(undefined))
  panel.replaceChildren(close, make('h2', '', card.title))
  if (card.category !== undefined) {
    const chip = make('span', 'chip', card.unused ? card.category + ', unused' : card.category)
    chip.style.cssText = ['background', 'border-color', 'color']
      .map((what, i) => what + ':var(--' + card.category + ['', '-edge', '-ink'][i] + ')')
      .join(';')
    panel.append(chip)
  } else if (card.kind !== undefined) panel.append(make('span', 'chip plain', card.kind))
  if (card.doc) panel.append(prose(card.doc))
  panel.append(...pairs(card.facts))
  section('Parameters', pairs(card.params ?? []))
  section('Holds', pairs(card.counts ?? []))
  section('In', arrays(card.ins, 'from'))
  section('Out', arrays(card.outs, 'to'))
  panel.scrollTop = 0
}

// --- Search and keys ---

let hits = []
let at = -1
function seek() {
  const text = search.value.trim().toLowerCase()
  hits = text === '' ? [] : cards.filter((card) => JSON.stringify([card.title, card.category, card.facts, card.params, card.outs.map((out) => out.type), card.ins.map((one) => one.name)]).toLowerCase().includes(text))
  at = -1
  svg.classList.toggle('searching', text !== '')
  for (const [id, g] of drawn) g.classList.toggle('found', hits.some((card) => card.id === id))
  found.textContent = text === '' ? '' : hits.length + ' of ' + cards.length
}
function step(by) {
  if (hits.length === 0) return
  at = (at + by + hits.length) % hits.length
  choose(hits[at].id, true)
}
search.addEventListener('input', seek)
search.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') step(event.shiftKey ? -1 : 1)
})
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    search.value = ''
    seek()
    choose(undefined)
    search.blur()
  }
  if (document.activeElement === search || event.ctrlKey || event.metaKey || event.altKey) return
  const act = { '/': () => search.focus(), f: fit, '+': () => zoomMiddle(1.25), '-': () => zoomMiddle(0.8) }[event.key]
  if (act === undefined) return
  event.preventDefault()
  act()
})
document.getElementById('closer').addEventListener('click', () => zoomMiddle(1.25))
document.getElementById('farther').addEventListener('click', () => zoomMiddle(0.8))
document.getElementById('fit').addEventListener('click', fit)
addEventListener('resize', () => center(box.x + box.width / 2, box.y + box.height / 2, scale()))
fit()
`
