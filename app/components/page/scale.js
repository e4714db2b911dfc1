// Where a value stands on its track, and back. Right is always more of the cause; the cut, where a reading begins to speak
// for it, stands in the middle, and so does a belief that is no news.
export const TOP = 1000, MIDDLE = 500, STEPS = 40

const FORWARD = { linear: (v) => v, log: Math.log, log1p: Math.log1p }
const BACK = { linear: (t) => t, log: Math.exp, log1p: Math.expm1 }
const clamp = (x, low, high) => Math.min(high, Math.max(low, x))

const points = (reading) => {
  const { low, high, cut, side, scale } = reading
  const ends = side === "below" ? [high, cut, low] : [low, cut, high]
  return ends.map(FORWARD[scale])
}

export function positionOfReading(value, reading) {
  const [left, middle, right] = points(reading)
  const t = FORWARD[reading.scale](value)
  const isLeft = left < right ? t <= middle : t >= middle
  const x = isLeft ? MIDDLE * (t - left) / (middle - left) : MIDDLE + MIDDLE * (t - middle) / (right - middle)
  return Math.round(clamp(x, 0, TOP))
}

export function readingAt(position, reading) {
  const [left, middle, right] = points(reading)
  const half = position / MIDDLE
  const t = half <= 1 ? left + (middle - left) * half : middle + (right - middle) * (half - 1)
  return rounded(BACK[reading.scale](t), reading)
}

// A reading one keypress to the right (+1) or to the left (-1): a fortieth of the track, and never less than one step.
export function nextReading(value, reading, direction, size = 1) {
  const moved = clamp(positionOfReading(value, reading) + direction * size * TOP / STEPS, 0, TOP)
  const found = readingAt(moved, reading)
  const up = direction * (reading.side === "below" ? -1 : 1)
  const next = up > 0 ? Math.max(found, value + reading.step) : Math.min(found, value - reading.step)
  return rounded(clamp(next, reading.low, reading.high), reading)
}

function rounded(value, { step, low, high }) {
  const digits = Math.max(0, Math.ceil(-Math.log10(step)))
  return Number(clamp(Math.round(value / step) * step, low, high).toFixed(digits))
}

// A belief: left of the middle below the base rate, right of it above; the ends are "surely".
export const positionOfBelief = (p, base) =>
  Math.round(p <= base ? MIDDLE * p / base : MIDDLE + MIDDLE * (p - base) / (1 - base))

export function beliefAt(position, base) {
  const half = position / MIDDLE
  const p = half <= 1 ? base * half : base + (1 - base) * (half - 1)
  return Number(clamp(p, 0.01, 0.99).toFixed(3))
}
