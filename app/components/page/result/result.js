// The right side of the screen: question card, sentence, network and lists, or one cause opened.
import { html, useEffect, useRef } from "../vendor/preact.js"
import { Cause } from "./cause.js"
import { rowsOf, Spoken, useGlide, useWhole } from "./figures.js"
import { Lists } from "./lists.js"
import { Network } from "./network.js"
import { Question } from "./question.js"
import { Sentence } from "./sentence.js"

export { Dock, Sheet } from "./dock.js"

export function Result({ result, words, before, focus, opened, layout = "wide", onOpen, onFocus, onUndo, onExclude, onNote }) {
  const whole = useGlide(useWhole(result), Boolean(focus))
  const place = useReturn(opened && whole?.cause?.name === opened ? opened : null)
  if (!whole) return null
  const { next, cause } = whole
  const isPhone = layout === "phone"
  const open = (name) => onOpen(name)
  if (opened && cause?.name === opened) {
    const row = rowsOf(whole).find(({ name }) => name === opened)
    return html`<div class="result" ref=${place}><div class="sheet-of"><${Cause} ...${{ cause, row, words, onExclude }} onClose=${() => onOpen(null)} /></div></div>`
  }
  const isListed = whole.factors.length + whole.mechanisms.length > 0
  const under = focus && (whole.reads?.[focus] ?? focus)
  return html`<div class="result" ref=${place}>
    ${!isPhone && html`<${Question} card=${next} onFocus=${onFocus} onNote=${onNote} />`}
    <div class="sheet-of">
      <${Sentence} result=${whole} />
      ${isListed && html`<${Network} result=${whole} words=${words} asked=${next?.slider} focus=${under} isPhone=${isPhone} isLive=${Boolean(focus)} onOpen=${open} />
        <${Lists} result=${whole} words=${words} before=${before} isLive=${Boolean(focus)} onOpen=${open} onUndo=${onUndo} />`}
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
