// The sentence that answers the title's question, the one that says what is open, and the one disclaimer.
import { html } from "../vendor/preact.js"

export function Sentence({ result, onOpen, heading = "h2" }) {
  const unnamed = new Set(result.mechanisms.filter((row) => row.unnamed).map((row) => row.name))
  const part = ({ text, cause }) =>
    cause ? html`<strong class=${unnamed.has(cause) ? "unnamed" : ""}>${text}</strong>` : text
  return html`<div class="conclusion ${result.sentence.form}">
    <${heading} class="sentence" tabindex="-1">${result.sentence.parts.map(part)}<//>
    ${result.second && html`<p class="second">${result.second}</p>`}
    ${result.disclaimer && html`<p class="disclaimer">${result.disclaimer}</p>`}
  </div>`
}

// The same without a figure, short enough for the dock.
export function Short({ result }) {
  const { form, parts, text } = result.sentence
  if (form !== "lead") return html`<p class="sentence">${form === "tie" || form === "none" ? parts.map((p) => (p.cause ? html`<strong>${p.text}</strong>` : p.text)) : text}</p>`
  return html`<p class="sentence">${parts.filter((p) => !p.text.startsWith(":")).map((p) => (p.cause ? html`<strong>${p.text}</strong>` : p.text))}</p>`
}
