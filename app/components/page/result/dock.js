// On a phone: the dock that keeps the answer in view under the sliders, and the sheet that holds the rest.
import { html, useEffect, useRef } from "../vendor/preact.js"
import { Bar, Figure, Spoken, useWhole } from "./figures.js"
import { useLayer } from "./layers.js"
import { Short } from "./sentence.js"

export function Dock({ result, words, before, focus, onNext, onWhy }) {
  const whole = useWhole(result)
  if (!whole) return null
  const { next } = whole
  const rows = focus ? affected(whole, focus) : []
  return html`<aside class=${focus ? "dock live" : "dock"} aria-label=${whole.sentence.text}>
    <div class="line"><${Short} result=${whole} />
      <span class="acts">${!focus && next?.slider && html`<button type="button" class="button" onClick=${() => onNext(next.slider)}>${words.next} ↓</button>`}
      <button type="button" class="button" onClick=${onWhy}>${words.why}</button></span></div>
    ${rows.map((row, i) => html`<p class=${i ? "side" : "side first"} key=${row.name}><span>${row.label}</span><${Bar} row=${row} before=${before} /><${Figure} ...${{ row, before, words }} /></p>`)}
    <${Spoken} result=${whole} ...${{ words, before, focus }} />
  </aside>`
}

// What the finger moves: its cause, the cause's rival, and what goes on.
function affected({ factors, mechanisms, links, reads }, focus) {
  const name = reads?.[focus] ?? focus
  const byRank = (rows) => [...rows].sort((a, b) => a.rank - b.rank)
  const own = [...factors, ...mechanisms].find((row) => row.name === name)
  const rival = byRank(factors).find((row) => row !== own)
  const effect = links.find((link) => link.from === name)?.to
  const mechanism = mechanisms.find((row) => row.name === effect) ?? byRank(mechanisms)[0]
  return [...new Set([own, rival, mechanism])].filter(Boolean)
}

// A dialog of the browser's own: Esc, the focus inside and the page behind it are its doing; Back closes it, too.
export function Sheet({ open, onClose, label, children }) {
  const dialog = useRef(null)
  useLayer(open, onClose)
  useEffect(() => {
    const sheet = dialog.current
    if (!open || !sheet) return
    sheet.showModal()
    sheet.querySelector("h2")?.focus({ preventScroll: true })
    return () => sheet.close()
  }, [open])
  if (!open) return null
  const outside = (event) => event.target === dialog.current && onClose()
  return html`<dialog class="sheet" ref=${dialog} aria-label=${label} onCancel=${(event) => { event.preventDefault(); onClose() }} onClick=${outside}>
    <div class="inner"><span class="grabber" aria-hidden="true"></span>
      <button type="button" class="shut" aria-label=${label} onClick=${onClose}>✕</button>${children}</div></dialog>`
}
