// A cause, opened: three figures, how they came about, who says so, the studies, what to try, how firm.
import { html, useEffect, useRef } from "../vendor/preact.js"
import { Bar, filled, inTen, tenths } from "./figures.js"
import { useLayer } from "./layers.js"

const FEW = 3

export function Cause({ cause, row, words, onClose, onExclude }) {
  const heading = useRef(null)
  useEffect(() => {
    heading.current.focus({ preventScroll: true })
    heading.current.scrollIntoView({ block: "nearest" })
  }, [cause.name])
  useEscape(onClose)
  useLayer(true, onClose)
  const w = words.cause
  return html`<section class="opened" aria-label=${cause.label} style=${row.unnamed ? "--teal: var(--none); --fill: var(--none)" : ""}>
    <p class="back"><button type="button" onClick=${onClose}>‹ ${words.back}</button> <kbd aria-hidden="true">Esc</kbd></p>
    <h2 ref=${heading} tabindex="-1">${cause.label}</h2>
    ${cause.through && html`<p class="through">${cause.through}</p>`}
    <dl class="three">${cause.figures.map(({ title, value, note }) => html`<div key=${title}><dt>${title}</dt><dd><b><bdi>${value}</bdi></b> ${note}</dd></div>`)}</dl>
    <${Receipt} ...${{ cause, row, words }} />
    ${cause.claims.length > 0 && html`<${Claims} ...${{ cause, words, onExclude }} />`}
    <div class="pair">
      ${cause.studies && html`<div class="piece"><h3>${w.studies}</h3>
        ${[cause.studies.thread, cause.studies.studies].map((side) => html`<p class="side" key=${side.label}><span>${side.label}</span><${Bar} row=${side} /><b><bdi>${inTen(side.figure, words)}</bdi></b></p>`)}
        <p class="small">${cause.studies.note}</p></div>`}
      <div class="piece"><h3>${w.tries}</h3><${Tries} ...${{ cause, words }} /></div>
    </div>
    <p class="piece firmness"><b>${w.firm}</b> ${cause.firm}</p>
    <details class="piece"><summary>${w.numbers}</summary>${cause.numbers.map(({ lines }, i) => html`<ul key=${i}>${lines.map((line) => html`<li>${line}</li>`)}</ul>`)}</details>
  </section>`
}

function useEscape(onClose) {
  const close = useRef(onClose)
  close.current = onClose
  useEffect(() => {
    const press = (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return
      event.preventDefault() // a sheet below stays open
      close.current()
    }
    addEventListener("keydown", press)
    return () => removeEventListener("keydown", press)
  }, [])
}

// Gains are filled, losses hollow; whole steps of 1 in 10 that add up.
function Receipt({ cause, row, words }) {
  const percent = (p) => `${(100 * p).toFixed(2)}%`
  return html`<div class="piece receipt"><h3>${filled(words.cause.receipt, { figure: inTen(row.figure, words) })}</h3>
    <p class="axis" aria-hidden="true"><span></span><span class="scale"><i style="left: 0">0</i><i style="left: 50%">5</i><i style="left: 100%">10</i></span><span></span></p>
    <ol>${cause.receipt.map(({ label, start, end, step }, i) => html`<li key=${label}><span>${label}</span>
      <span class="scale" dir="ltr" aria-hidden="true"><i class=${end < start ? "loss" : "gain"} style=${`left: ${percent(Math.min(start, end))}; width: ${percent(Math.abs(end - start))}`}></i><i class="joint" style=${`left: ${percent(end)}`}></i></span>
      <b><bdi>${i === 0 && step ? step : signed(step, words)}</bdi></b></li>`)}
      <li class="sum"><span>${words.now[0].toUpperCase()}${words.now.slice(1)}</span>
        <span class="scale" dir="ltr" aria-hidden="true"><i class="now" style=${`left: 0; width: ${percent(row.figure)}`}></i></span><b><bdi>${inTen(row.figure, words)}</bdi></b></li></ol></div>`
}

const signed = (step, words) => (step > 0 ? `+ ${step}` : step < 0 ? `− ${-step}` : words.cause.little)

function Claims({ cause, words, onExclude }) {
  const w = words.cause
  const off = cause.claims.filter((claim) => !claim.on).map((claim) => claim.id)
  const turn = (claim) => onExclude(claim.on ? [...off, claim.id] : off.filter((id) => id !== claim.id), cause.claims.map(({ id }) => id))
  const item = (claim) => html`<li key=${claim.id}>
    <button type="button" role="switch" class="turn" aria-checked=${claim.on} aria-label=${filled(w.switch, { quote: claim.quote })} onClick=${() => turn(claim)}><i></i></button>
    <span class="said">${claim.hidden ? claim.quote : html`<q title=${claim.whole}>${claim.quote}</q>`}<span class="small">${claim.reply}</span></span>
    <b>${claim.on ? change(claim, w) : filled(w.off, { figure: change({ now: claim.other, other: claim.now }, w) })}</b></li>`
  const rows = useFirstOrder(cause)
  return html`<div class="piece claims"><p class="line"><b>${w.claims}</b><span class="small">${w.switched}</span></p>
    <ul>${rows.slice(0, FEW).map(item)}</ul>
    ${cause.claims.length > FEW && html`<details><summary>${filled(w.more, { n: cause.claims.length - FEW })}</summary><ul>${rows.slice(FEW).map(item)}</ul></details>`}</div>`
}

// The claims as they stood when the cause was opened, so that none moves away under the finger.
function useFirstOrder({ name, claims }) {
  const first = useRef({})
  if (first.current.name !== name) first.current = { name, ids: claims.map(({ id }) => id) }
  const { ids } = first.current
  return [...claims].sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
}

const change = ({ now, other }, w) =>
  tenths(now) === tenths(other) ? filled(w.still, { n: tenths(now) || w.little }) : filled(w.changed, { before: tenths(now) || w.little, after: tenths(other) || w.little })

function Tries({ cause, words }) {
  const item = ({ quote, reply }) => html`<p key=${quote}><q>${quote}</q><span class="small">${reply}</span></p>`
  if (!cause.tries.length) return html`<p class="small">${cause.tries_note}</p>`
  return html`${cause.tries.slice(0, 1).map(item)}
    ${cause.tries.length > 1 && html`<details><summary>${filled(words.cause.more, { n: cause.tries.length - 1 })}</summary>${cause.tries.slice(1).map(item)}</details>`}`
}
