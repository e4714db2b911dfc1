// The right side of the screen: question card, sentence, network and lists, or one cause opened.
import { html, useEffect, useRef } from "../vendor/preact.js"
import { Cause } from "./cause.js"
import { rowsOf, Spoken, useWhole } from "./figures.js"
import { Lists } from "./lists.js"
import { Network } from "./network.js"
import { Sentence } from "./sentence.js"

export { Dock, Sheet } from "./dock.js"

export function Result({ result, words, before, focus, opened, layout = "wide", onOpen, onFocus, onUndo, onExclude, onNote }) {
  const whole = useWhole(result)
  const place = useReturn(opened && whole?.cause?.name === opened ? opened : null)
  if (!whole) return null
  const { next, cause } = whole
  const isPhone = layout === "phone"
  if (opened && cause?.name === opened) {
    const row = rowsOf(whole).find(({ name }) => name === opened)
    return html`<div class=${focus ? "result live" : "result"} ref=${place}><div class="sheet-of"><${Cause} ...${{ cause, row, words, onExclude }} onClose=${() => onOpen(null)} /></div></div>`
  }
  const isListed = whole.factors.length + whole.mechanisms.length > 0
  const under = focus && (whole.reads?.[focus] ?? focus)
  return html`<div class=${focus ? "result live" : "result"} ref=${place}>
    ${!isPhone && html`<${Question} card=${next} onFocus=${onFocus} onNote=${onNote} />`}
    <div class="sheet-of">
      <${Sentence} result=${whole} />
      ${isListed && html`<${Network} result=${whole} words=${words} asked=${next?.slider} focus=${under} isPhone=${isPhone} isLive=${Boolean(focus)} onOpen=${onOpen} />
        <${Lists} result=${whole} words=${words} before=${before} isLive=${Boolean(focus)} onOpen=${onOpen} onUndo=${onUndo} />`}
    </div>
    ${!isPhone && html`<${Spoken} result=${whole} ...${{ words, before, focus }} />`}
  </div>`
}

// When an opened cause closes, the focus returns to its box.
function useReturn(opened) {
  const place = useRef(null)
  const last = useRef(null)
  useEffect(() => {
    if (!opened && last.current) place.current?.querySelector(`[data-cause="${last.current}"], [data-row="${last.current}"] button`)?.focus()
    last.current = opened
  }, [opened])
  return place
}

// What to ask next and what it could change, or the end of asking.
function Question({ card, onFocus, onNote }) {
  if (!card) return null
  const act = () => (card.end ? onNote?.() : onFocus?.(card.slider))
  return html`<section class=${card.end ? "question done" : "question"} aria-label=${card.heading}>
    <div><h2>${card.heading}</h2><p>${card.detail}</p></div>
    <button type="button" class=${card.end ? "button" : "button strong"} onClick=${act}>${card.button}</button>
  </section>`
}
