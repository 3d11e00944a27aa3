import { detailsOf, framesOf } from './details.ts'
import { outlineScript } from './page-outline.ts'
import { pageScript } from './page-script.ts'
import { pageStyle } from './page-style.ts'
import type { Picture } from './picture.ts'
import { scriptData, xml } from './quoting.ts'

/** One page with the picture, its data and its script; it asks no network for anything. */
export const htmlOf = (picture: Picture, svg: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${xml(picture.title)}</title>
<style>${pageStyle}</style>
</head>
<body>
<main id="view" tabindex="-1">
${svg.trimEnd()}
</main>
<header>
<h1>${xml(picture.title)}</h1>
<label><input id="search" type="search" placeholder="Search" aria-label="Search nodes" autocomplete="off" spellcheck="false"><kbd>/</kbd></label>
<output id="found"></output>
<button id="parts" aria-expanded="false" aria-controls="outline" hidden>Parts</button>
</header>
<nav aria-label="Zoom"><button id="closer" title="Zoom in (+)">+</button><button id="farther" title="Zoom out (-)">−</button><button id="fit" title="Show all (f)">Fit</button></nav>
<div id="outline" role="navigation" aria-label="Parts" hidden></div>
<aside id="panel" aria-live="polite" hidden></aside>
<script type="application/json" id="cards">${scriptData(detailsOf(picture))}</script>
<script type="application/json" id="frames">${scriptData(framesOf(picture))}</script>
<script>${pageScript}${outlineScript}</script>
</body>
</html>
`
