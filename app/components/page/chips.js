// Chips of one choice: native radios, so that arrow keys and screen readers work; a second tap lets go.
import { html } from "./vendor/preact.js"

export function Chips({ row, chosen, choose, label }) {
  const tap = (state) => chosen === state && choose(null)
  return html`<div class="chips" role="radiogroup" aria-label=${label ?? row.question ?? row.label}>
    ${row.states.map(([state, word]) => html`<label class=${chosen === state ? "chip chosen" : "chip"} key=${state}>
      <input type="radio" name=${row.name} checked=${chosen === state} onClick=${() => tap(state)}
        onKeyDown=${(event) => ["Delete", "Backspace"].includes(event.key) && choose(null)}
        onChange=${() => choose(state)} />${row.drawings?.[state] && html`<${Drawing} file=${row.drawings[state]} />`}${word}</label>`)}
  </div>`
}

// A drawing cut out of the colour of the text, light or dark.
export const Drawing = ({ file }) => html`<i class="drawing" aria-hidden="true" style=${`--drawing: url(${new URL(`pictures/${file}`, import.meta.url)})`}></i>`

// How many of the last five: six cells; those below the choice are tinted.
export function Counter({ name, label, count, choose, words }) {
  const cells = [0, 1, 2, 3, 4, 5]
  return html`<div class="counting">
    <span class="name">${label}</span>
    <div class="cells" role="radiogroup" aria-label=${`${words.counts} ${label}`}>
      ${cells.map((n) => html`<label key=${n} class=${["cell", n === count && "chosen", n < count && n && "below"].filter(Boolean).join(" ")}>
        <input type="radio" name=${name} checked=${n === count} onClick=${() => n === count && choose(null)}
          onKeyDown=${(event) => ["Delete", "Backspace"].includes(event.key) && choose(null)} onChange=${() => choose(n)} />${n}</label>`)}
    </div>
    <span class="value">${count !== null && html`<output>${words.of_five.replace("{}", count)}</output>
      <button type="button" class="off" aria-label=${words.let_go.replace("{}", label)} onClick=${() => choose(null)}>×</button>`}</span>
  </div>`
}
