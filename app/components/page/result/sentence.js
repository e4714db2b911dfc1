// Draws the sentence that answers the title's question, the one that says what is open, and the disclaimer; they are
// chosen in app/state/result_sentence.py.
import { html } from "../vendor/preact.js"

// The parts of the sentence, the causes in it strong, and those without a name in their own colour.
function Parts({ result: { sentence, mechanisms }, of = sentence.parts }) {
  const unnamed = new Set(mechanisms.filter((row) => row.unnamed).map((row) => row.name))
  return of.map(({ text, cause }) => cause ? html`<strong class=${unnamed.has(cause) ? "unnamed" : ""}>${text}</strong>` : text)
}

export function Sentence({ result, heading = "h2" }) {
  return html`<div class="conclusion is-${result.sentence.form}">
    <${heading} class="sentence" tabindex="-1"><${Parts} result=${result} /><//>
    ${result.second && html`<p class="second">${result.second}</p>`}
    ${result.disclaimer && html`<p class="disclaimer">${result.disclaimer}</p>`}
  </div>`
}

// The same without a figure, short enough for the dock.
export function Short({ result }) {
  const { form, parts } = result.sentence
  const short = form === "lead" ? parts.filter((part) => !part.text.startsWith(":")) : parts
  return html`<p class="sentence"><${Parts} result=${result} of=${short} /></p>`
}
