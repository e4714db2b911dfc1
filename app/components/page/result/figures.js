// Figures on the page's one denominator, and how they glide, keep their order and are spoken.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from "../vendor/preact.js"

const TENS = 10
const GLIDE = 160 // ms, for bars, ticks and links
const SETTLE = 400 // ms after a release, before ranks change places
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

// One bar of ten cells: as solid at x as P(figure > x), a tick now, a hollow tick before.
export function Bar({ row, before }) {
  const solid = [row.figure > 0 ? 1 : 0, ...row.fade]
  const stops = solid.map((p, i) => `color-mix(in srgb, var(--fill) ${(100 * p).toFixed(1)}%, transparent) ${i ? 10 * i - 5 : 0}%`)
  const earlier = before?.causes?.[row.name]
  const hasMoved = earlier !== undefined && Math.abs(earlier - row.figure) > 0.004
  return html`<span class=${row.unnamed ? "bar unnamed" : "bar"} aria-hidden="true" dir="ltr">
    <i class="fade" style=${`background-image: linear-gradient(90deg, ${stops.join(", ")})`}></i>
    ${hasMoved && html`<i class="tick ghost" style=${`left: ${100 * earlier}%`}></i>`}
    <i class="tick" style=${`left: ${100 * row.figure}%`}></i>
  </span>`
}

// The last whole result with the newest figures in it: while a slider moves, words and card stay.
export function useWhole(result) {
  const whole = useRef(null)
  const last = useRef(null)
  if (!result) return whole.current
  if (!result.partial || !whole.current) whole.current = result
  if (last.current?.of !== result) last.current = { of: result, whole: result.partial ? joined(whole.current, result) : result }
  return last.current.whole // one object a result, so that no effect sees a change where there is none
}

const joined = (whole, part) => {
  const isSame = part.cause && part.cause.name === whole.cause?.name
  return { ...whole, ...part, cause: isSame ? { ...whole.cause, ...part.cause } : whole.cause }
}

// Rows whose figures follow the newest ones: at once while a finger moves, in a short glide after.
export function useGlide(result, isLive) {
  const shown = useRef(null)
  const [, draw] = useState(0)
  const aim = useMemo(() => result && vectors(result), [result])
  if (aim && (isLive || !shown.current || isCalm())) shown.current = aim
  useLayoutEffect(() => {
    const from = shown.current
    if (!aim || from === aim) return
    const start = performance.now()
    const step = (now) => {
      const t = Math.min(1, Math.max(0, now - start) / GLIDE)
      const left = (1 - t) ** 3
      shown.current = t === 1 ? aim : between(from, aim, left)
      draw((n) => n + 1)
      if (t < 1) frame = requestAnimationFrame(step)
    }
    let frame = requestAnimationFrame(step)
    return () => cancelAnimationFrame(frame)
  }, [aim])
  return result && replaced(result, shown.current)
}

// Figures on their way, with `left` of the way still to go.
const between = (from, aim, left) =>
  Object.fromEntries(Object.entries(aim).map(([name, to]) => [name, to.map((x, i) => x + ((from[name]?.[i] ?? x) - x) * left)]))

const vectors = (result) =>
  Object.fromEntries([
    ...rowsOf(result).map((row) => [row.name, [row.figure, ...row.fade]]),
    ...result.links.map((link) => [`${link.from} ${link.to}`, [link.figure]]),
  ])

function replaced(result, at) {
  const row = (r) => {
    const [figure, ...fade] = at[r.name] ?? [r.figure, ...r.fade]
    return { ...r, drawn: { ...r, figure, fade } }
  }
  const links = result.links.map((link) => ({ ...link, figure: at[`${link.from} ${link.to}`]?.[0] ?? link.figure }))
  return { ...result, links, factors: result.factors.map(row), mechanisms: result.mechanisms.map(row) }
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
    const now = Object.fromEntries(rows.map((row) => [row.dataset.row, row.offsetTop]))
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
