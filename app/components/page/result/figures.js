// Figures on the page's one denominator, and how they keep their order and are spoken; the style sheet lets them glide.
import { html, useEffect, useLayoutEffect, useRef, useState } from "../vendor/preact.js"

const TENS = 10
const SETTLE = 400 // milliseconds after a release, before ranks change places
const SWAP = 220
const SPEAK = 600

export const tenths = (p) => Math.floor(TENS * p + 0.5)

export function inTen(p, words) {
  const n = tenths(p)
  return n < 1 ? words.under : n >= TENS ? words.over : words.in_ten.replace("{}", n)
}

export const filled = (text, parts) => text.replace(/\{(\w+)\}/g, (_, name) => parts[name] ?? "")
export const rowsOf = (result) => [...result.factors, ...result.mechanisms]
export const isCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches

// "4 → 5 in 10" where the last answer moved a figure by a step that is said; in a tie, whose figure stands beside it, "4 → 5" or nothing.
export function Figure({ row, before, words, isTied }) {
  const earlier = before?.causes?.[row.name]
  const hasMoved = earlier !== undefined && tenths(earlier) !== tenths(row.figure)
  if (isTied && !hasMoved) return null
  return html`<span class="figure">${hasMoved && html`<span class="was">${tenths(earlier)} →</span> `}<b>${isTied ? tenths(row.figure) : inTen(row.figure, words)}</b></span>`
}

// How solid a bar is at its start and in the middle of each cell: numbers, so that they can glide, where a browser knows how.
const STOPS = Array.from({ length: TENS + 1 }, (_, i) => `--solid-${i}`)
for (const name of STOPS) CSS.registerProperty?.({ name, syntax: "<percentage>", inherits: false, initialValue: "0%" })
const FADE = `transition-property: ${STOPS}; background-image: linear-gradient(90deg, ${STOPS.map((name, i) => `color-mix(in srgb, var(--fill) var(${name}), transparent) ${i ? 10 * i - 5 : 0}%`).join(", ")})`

// One bar of ten cells: as solid at x as P(figure > x), a tick now, a hollow tick before.
export function Bar({ row, before }) {
  const solid = [row.figure > 0 ? 1 : 0, ...row.fade].map((p, i) => `${STOPS[i]}: ${(100 * p).toFixed(1)}%`)
  const earlier = before?.causes?.[row.name]
  const hasMoved = earlier !== undefined && Math.abs(earlier - row.figure) > 0.004
  return html`<span class=${row.unnamed ? "bar unnamed" : "bar"} aria-hidden="true" dir="ltr">
    <i class="fade" style=${`${solid.join("; ")}; ${FADE}`}></i>
    ${hasMoved && html`<i class="tick ghost" style=${`left: ${100 * earlier}%`}></i>`}
    <i class="tick" style=${`left: ${100 * row.figure}%`}></i>
  </span>`
}

// The last whole result with the newest figures in it: while a slider moves, words and card stay.
export function useWhole(result) {
  const whole = useRef(null)
  if (result && (!result.partial || !whole.current)) whole.current = result
  return result?.partial ? joined(whole.current, result) : whole.current
}

const joined = (whole, part) => {
  const isSame = part.cause && part.cause.name === whole.cause?.name
  return { ...whole, ...part, cause: isSame ? { ...whole.cause, ...part.cause } : whole.cause }
}

// The order of a list, held while a finger moves and for a moment after.
export function useOrder(rows, isLive) {
  const newest = [...rows].sort((a, b) => a.rank - b.rank).map((row) => row.name)
  const [order, setOrder] = useState(newest)
  const key = newest.join()
  useEffect(() => {
    if (isLive || key === order.join()) return
    const timer = setTimeout(() => setOrder(newest), SETTLE)
    return () => clearTimeout(timer)
  }, [key, isLive])
  const byName = Object.fromEntries(rows.map((row) => [row.name, row]))
  const known = order.every((name) => byName[name]) && order.length === rows.length ? order : newest
  return known.map((name) => byName[name])
}

// Rows that have changed places slide from where they were.
export function useSwap(names) {
  const list = useRef(null)
  const tops = useRef({})
  useLayoutEffect(() => {
    const rows = [...(list.current?.querySelectorAll("[data-row]") ?? [])]
    for (const row of rows) for (const slide of row.getAnimations()) slide.cancel() // to measure where it stands
    const top = (element) => element.getBoundingClientRect().top
    const now = Object.fromEntries(rows.map((row) => [row.dataset.row, top(row) - top(list.current)]))
    for (const row of rows) {
      const by = (tops.current[row.dataset.row] ?? now[row.dataset.row]) - now[row.dataset.row]
      if (by && !isCalm()) row.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: SWAP, easing: "ease-out" })
    }
    tops.current = now
  }, [names.join()])
  return list
}

// One polite line a moment after a release: what moved most.
export function Spoken({ result, words, before, focus }) {
  const [line, say] = useState("")
  const text = result && before?.causes ? change(result, words, before) : ""
  useEffect(() => {
    if (focus) return
    const timer = setTimeout(() => say(text), SPEAK)
    return () => clearTimeout(timer)
  }, [text, focus])
  return html`<p class="unseen" role="status" aria-live="polite">${line}</p>`
}

function change(result, words, before) {
  const moved = (row) => Math.abs(row.figure - (before.causes[row.name] ?? row.figure))
  const rows = rowsOf(result)
  const most = rows.reduce((a, b) => (moved(b) > moved(a) ? b : a), rows[0])
  if (!most || tenths(before.causes[most.name] ?? 0) === tenths(most.figure)) return result.sentence.text
  return filled(words.moved, { name: most.label, before: tenths(before.causes[most.name]), now: inTen(most.figure, words) })
}
