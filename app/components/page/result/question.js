// The question card: what to ask next and what it could change, or the end of asking.
import { html } from "../vendor/preact.js"

export function Question({ card, onFocus, onNote }) {
  if (!card) return null
  const act = () => (card.end ? onNote?.() : onFocus?.(card.slider))
  return html`<section class=${card.end ? "question done" : "question"} aria-label=${card.heading}>
    <div><h2>${card.heading}</h2><p>${card.detail}</p></div>
    <button type="button" class=${card.end ? "button" : "button strong"} onClick=${act}>${card.button}</button>
  </section>`
}
