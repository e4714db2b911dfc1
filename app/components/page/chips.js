// Chips of one choice: native radios, so that arrow keys and screen readers work; a second tap lets go.
import { html } from "./vendor/preact.js"

export function Chips({ row, chosen, choose, label, kind = "chip" }) {
  const tap = (state) => chosen === state && choose(null)
  return html`<div class=${`${kind}s`} role="radiogroup" aria-label=${label ?? row.question ?? row.label}>
    ${row.states.map(([state, word]) => html`<label class=${chosen === state ? `${kind} chosen` : kind} key=${state}>
      <input type="radio" name=${row.name} checked=${chosen === state} onClick=${() => tap(state)}
        onKeyDown=${(event) => ["Delete", "Backspace"].includes(event.key) && choose(null)}
        onChange=${() => choose(state)} />${row.drawings?.[state] && html`<${Drawing} file=${row.drawings[state]} />`}<bdi>${word}</bdi></label>`)}
  </div>`
}

// A drawing cut out of the colour of the text, light or dark.
export const Drawing = ({ file }) => html`<i class="drawing" aria-hidden="true" style=${`--drawing: url(${new URL(`pictures/${file}`, import.meta.url)})`}></i>`

// How many of the last five: six cells; the style sheet tints those below the choice.
export function Counter({ name, label, count, choose, words }) {
  const states = [0, 1, 2, 3, 4, 5].map((n) => [n, n])
  return html`<div class="counting">
    <span class="name">${label}</span>
    <${Chips} kind="cell" row=${{ name, states }} chosen=${count} label=${`${words.counts} ${label}`} choose=${choose} />
    <span class="value">${count !== null && html`<output><bdi>${words.of_five.replace("{}", count)}</bdi></output>
      <button type="button" class="off" aria-label=${words.let_go.replace("{}", label)} onClick=${() => choose(null)}>×</button>`}</span>
  </div>`
}
