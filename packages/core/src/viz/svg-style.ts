import { fontSize } from './card-size.ts'
import { dark, light, type Theme, type Tones } from './palette.ts'

const sans = 'Inter,"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif'
const mono = 'ui-monospace,"SF Mono",Menlo,"DejaVu Sans Mono","Liberation Mono",Consolas,monospace'

const toned = (name: string, { fill, edge, ink }: Tones): string =>
  `.tendril .${name} .box{fill:${fill};stroke:${edge}}.tendril .${name}{fill:${ink}}.tendril .${name} .rule{stroke:${edge}}.tendril .${name} .symbol .stroke{stroke:${ink}}`

/** The colours of one theme. */
const themed = ({ paper, quiet, wire, frame, tag, unused, highlight, tones }: Theme): string =>
  [
    `.tendril .paper{fill:${paper}}`,
    `.tendril .frame{fill:${frame};stroke:${tag.edge}}.tendril .frame-title,.tendril .wire text{fill:${quiet}}.tendril .frame-title{stroke:${frame}}`,
    `.tendril .wire path{stroke:${wire}}.tendril .wire .head{fill:${wire}}.tendril .wire text{stroke:${paper}}`,
    ...Object.entries(tones).map(([name, tone]) => toned(name, tone)),
    toned('unused', unused),
    `.tendril .unused.wire path{stroke:${unused.edge}}.tendril .unused.wire .head{fill:${unused.edge}}`,
    `.tendril .tag path{stroke:${wire}}.tendril .tag rect{fill:${tag.fill};stroke:${tag.edge}}.tendril .tag text{fill:${tag.ink}}.tendril .unused .tag path{stroke:${unused.edge}}.tendril .unused text,.tendril .unused .tag text{fill:${unused.ink}}`,
    `.tendril .halo{stroke:${highlight}}.tendril .legend text{fill:${quiet}}`,
  ].join('\n')

/** How pictures look; classes, so that a page can restyle them. */
export const svgStyle: string = /* @__PURE__ */ [
  '',
  `.tendril{font-family:${sans};letter-spacing:.005em}`,
  `.tendril text{text-anchor:middle;stroke:none}`,
  `.tendril .title{font-size:${fontSize.title}px;font-weight:600}`,
  `.tendril .part,.tendril .spelling,.tendril .detail,.tendril .more,.tendril .row,.tendril .tag text{font-family:${mono};font-size:${fontSize.small}px}`,
  `.tendril .spelling{font-weight:600;opacity:.88}.tendril .part,.tendril .detail,.tendril .more{opacity:.9}`,
  `.tendril .row{text-anchor:start}.tendril .row.type{text-anchor:end;opacity:.88}`,
  `.tendril .box{stroke-width:1.2}.tendril .rule{stroke-width:1;opacity:.6}`,
  `.tendril .symbol{stroke-width:0}.tendril .symbol .stroke{fill:none;stroke-width:1.2;stroke-linejoin:round;stroke-linecap:round}`,
  `.tendril .halo{fill:none;stroke-width:3}`,
  `.tendril .unused .box{stroke-dasharray:4 3}.tendril .unused.wire path{stroke-dasharray:4 3}`,
  `.tendril .wire path{fill:none;stroke-width:1.3}.tendril .wire .head{stroke-width:1.1;stroke-linejoin:round}`,
  `.tendril .wire text{text-anchor:start;font-size:${fontSize.name}px;stroke-width:3px;paint-order:stroke;stroke-linejoin:round}`,
  `.tendril .frame{stroke-width:1}.tendril text.frame-title{text-anchor:start;font-size:${fontSize.group}px;font-weight:600;stroke-width:4px;paint-order:stroke;stroke-linejoin:round}.tendril .kind{font-weight:400}`,
  `.tendril .tag path{stroke-width:1.3}.tendril .tag rect{stroke-width:1}`,
  `.tendril .legend text{text-anchor:start;font-size:${fontSize.legend}px}`,
  themed(light),
  `@media (prefers-color-scheme:dark){\n${themed(dark)}\n}`,
  '',
].join('\n')
