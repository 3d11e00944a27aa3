import { dark, light, type Theme } from './palette.ts'

const colours = ({ paper, quiet, frame, tag, highlight, tones }: Theme): string =>
  `:root{--paper:${paper};--quiet:${quiet};--frame:${frame};--line:${tag.edge};--ink:${tones.input.ink};--accent:${highlight};${Object.entries(
    tones,
  )
    .map(([name, { fill, edge, ink }]) => `--${name}:${fill};--${name}-edge:${edge};--${name}-ink:${ink}`)
    .join(';')}}`

/** How the page around the picture looks. */
export const pageStyle: string = `
${colours(light)}
@media (prefers-color-scheme:dark){${colours(dark)}}
:root{color-scheme:light dark}
*{box-sizing:border-box}
body{margin:0;height:100vh;overflow:hidden;background:var(--paper);color:var(--ink);font:13px/1.5 Inter,"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif}
main{position:absolute;inset:0;cursor:grab;outline:none;touch-action:none}
main:active{cursor:grabbing}
main>svg{position:absolute;inset:0;width:100%;height:100%;user-select:none}
.tendril .paper{display:none}
.tendril .card,.tendril .frame-title{cursor:pointer}
.tendril .frame.chosen{stroke:var(--quiet);stroke-width:2}
.tendril .card .box,.tendril .card,.tendril .wire{transition:opacity .12s}
.tendril .card:hover .box,.tendril .card.chosen .box{stroke-width:2.4}
.tendril.choosing .wire,.tendril.choosing .card{opacity:.32}
.tendril.choosing .near,.tendril.choosing .chosen{opacity:1}
.tendril .wire{pointer-events:none}
.tendril .wire.near path{stroke-width:2}
.tendril.searching .card{opacity:.22}
.tendril.searching .wire{opacity:.3}
.tendril.searching .card.found,.tendril.searching .card.near,.tendril.searching .card.chosen{opacity:1}
header{position:fixed;top:16px;left:16px;display:flex;align-items:center;gap:12px;padding:6px 6px 6px 14px;border:1px solid var(--line);border-radius:12px;background:var(--paper);box-shadow:0 2px 10px #0000000f}
h1{margin:0;max-width:38vw;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;font-size:13px;font-weight:600}
label{position:relative;display:block}
input{width:190px;padding:5px 28px 5px 10px;border:1px solid var(--line);border-radius:8px;background:var(--frame);color:inherit;font:inherit}
input:focus-visible,button:focus-visible{outline:2px solid var(--elementwise-edge);outline-offset:1px}
input:not(:placeholder-shown)+kbd{display:none}
kbd{position:absolute;right:8px;top:6px;padding:0 6px;border:1px solid var(--line);border-radius:4px;color:var(--quiet);font:11px/16px ui-monospace,"DejaVu Sans Mono",monospace}
output{min-width:0;padding-right:8px;color:var(--quiet)}
output:empty{display:none}
header button{padding:4px 12px;border:1px solid var(--line);border-radius:8px;background:none;color:inherit;font:inherit;cursor:pointer}
header button[hidden]{display:none}
header button:hover,header button[aria-expanded=true],.entry:hover{background:var(--frame)}
#outline{position:fixed;top:68px;left:16px;max-height:calc(100vh - 136px);width:max-content;max-width:min(340px,calc(100vw - 32px));overflow:auto;padding:6px;border:1px solid var(--line);border-radius:12px;background:var(--paper);box-shadow:0 8px 30px #0000001a}
#outline[hidden]{display:none}
.entry{display:block;width:100%;padding:3px 10px;border:0;border-radius:6px;background:none;color:inherit;font:inherit;text-align:left;white-space:nowrap;cursor:pointer}
.entry .kind{margin-left:8px;color:var(--quiet)}
nav{position:fixed;left:16px;bottom:16px;display:flex;border:1px solid var(--line);border-radius:10px;overflow:hidden;background:var(--paper)}
nav button{min-width:34px;height:32px;border:0;border-right:1px solid var(--line);background:none;color:inherit;font:inherit;cursor:pointer}
nav button:last-child{border:0;padding:0 12px}
nav button:hover,.link:hover{background:var(--frame)}
aside{position:fixed;top:16px;right:16px;max-height:calc(100vh - 32px);width:min(340px,calc(100vw - 32px));overflow:auto;padding:20px;border:1px solid var(--line);border-radius:14px;background:var(--paper);box-shadow:0 8px 30px #0000001a}
aside[hidden]{display:none}
aside h2{margin:0 32px 8px 0;font-size:18px;line-height:1.3;overflow-wrap:anywhere}
aside h3{margin:20px 0 6px;color:var(--quiet);font-size:11px;font-weight:600}
aside p,aside .chip+dl,aside p+dl{margin:12px 0 0}
.chip{display:inline-block;padding:1px 9px;border:1px solid;border-radius:99px;font-size:11px}
.chip.plain{border-color:var(--line);color:var(--quiet)}
.close{position:absolute;top:14px;right:14px;width:28px;height:28px;border:0;border-radius:8px;background:none;color:var(--quiet);font-size:18px;line-height:1;cursor:pointer}
.close:hover{background:var(--frame)}
dl{display:grid;align-items:baseline;grid-template-columns:auto 1fr;gap:3px 14px;margin:0}
dt{color:var(--quiet)}
dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
dd,.mono{font:11.5px/1.6 ui-monospace,"SF Mono",Menlo,"DejaVu Sans Mono",Consolas,monospace}
.array{padding:5px 0}
.array+.array{border-top:1px solid var(--line)}
.link{display:block;width:100%;margin:2px -8px 0;padding:3px 8px;border:0;border-radius:6px;background:none;color:inherit;text-align:left;font:inherit;cursor:pointer}
.link::before{content:"";display:inline-block;width:9px;height:9px;margin-right:8px;border:1px solid var(--edge);border-radius:3px;background:var(--fill)}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
`
