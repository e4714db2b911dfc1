// All answers of this tab, in one value: kept in the tab, sent whole and numbered, taken back one step at a time.
const MOST_STEPS = 50 // that Undo can take back
const PATIENCE = 3000, AGAIN = 1500 // milliseconds until a message is sent again, and again; a server that is up has as long
const CALM = 60000 // milliseconds between two loads of that kind
const READING = 10 // times as long, while a server reads run files
// `half`: comparisons of which one count is missing, [with, without]; `measured`: sliders in the unit of their test.
const NOTHING = { given: {}, believe: {}, likelihood: {}, contrast: {}, excluded: [], dates: {}, half: {}, measured: {}, runs: [], start: "mine" }

export const fresh = () => structuredClone(NOTHING)

// Answers that another version of the page may have kept: the parts that this one knows.
const known = (kept) => Object.fromEntries(Object.entries(fresh()).map(([part, empty]) => [part, isLike(kept?.[part], empty) ? kept[part] : empty]))
const isLike = (a, b) => a != null && typeof a === typeof b && Array.isArray(a) === Array.isArray(b)

// Whether two answers are the same, in whatever order they were given.
const sorted = (_, value) => value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value
export const isSame = (a, b) => JSON.stringify(a, sorted) === JSON.stringify(b, sorted)

export class Store {
  constructor(key, changed) {
    this.key = key
    this.changed = changed
    const kept = read(key)
    this.answers = known(kept.answers)
    this.mine = kept.mine ?? null // the runner's own answers while a starting point is looked at
    this.safety = kept.safety ?? {}
    this.marked = kept.number ?? 0 // the first message that holds the newest answers to the cards
    this.steps = kept.steps ?? [] // what Undo takes back, the newest last
    this.number = kept.number ?? 0 // of the newest message
    this.put = kept.put ?? null // the id of what Python handed over last
    this.view = { focus: null, opened: null }
    this.before = backTo(this.steps) // the figures before the last answer
    this.reply = { number: -1 }
    this.flying = 0 // the number of the message that is on its way, if one is
    this.moving = false // while a finger moves a slider
    this.isLate = false
    this.up = null // since when a server that does not answer is known to be up
    this.said = [] // what came of run files, in sentences
    this.reading = kept.reading ? "lost" : "" // run files: "reading", or "lost" with the server that read them
    this.notice = "" // what came of a link, until something is answered
    this.judged = null // the verdict before the answers to the cards that are on their way
  }

  // ---- what the server says, and what it is told

  receive(component) {
    this.component = component
    const data = component.data
    if (data.number >= this.flying) this.flying = 0
    this.isLate = false
    this.up = null
    if (data.number === this.number || (this.moving && data.number > this.reply.number)) this.reply = data
    this.judged = this.verdict ?? this.judged
    if (data.put && data.put.id !== this.put) return this.takeIn(data.put)
    if (data.number < this.number) this.send()
    this.changed()
  }

  send() {
    if (!this.component || this.flying) return
    this.flying = this.number
    this.component.setStateValue("answers", this.message())
    clearTimeout(this.waiting)
    this.waiting = setTimeout(() => this.tryAgain(), this.isLate ? AGAIN : PATIENCE)
  }

  message() {
    const { half, measured, start, ...said } = this.answers
    return { ...said, number: this.number, safety: this.safety, ...this.view, resting: !this.moving }
  }

  tryAgain() {
    if (!this.flying) return
    this.flying = 0
    this.isLate = true
    if (this.up && performance.now() - this.up >= PATIENCE * (this.reading === "reading" ? READING : 1)) loadAnew()
    isUp().then((up) => { if (up && this.isLate) this.up ??= performance.now() })
    this.changed()
    this.send()
  }

  // ---- what the runner does

  // Change the answers. While a finger moves (`moving`) Undo takes all its moves back at once, as `label`, and so it does with
  // what is typed into one `cell`. What is kept beside the answers (`isBeside`), as runs are, moves no figure, so the figures
  // before the last answer stay, and so does a starting point.
  change(answers, { moving = false, label = "", focus = null, isBeside = false, cell = null } = {}) {
    const { before } = this
    const next = { ...dated(this.answers, { ...this.answers, ...answers }), start: isBeside ? this.answers.start : "mine" }
    if (isSame(next, this.answers)) return moving || this.rest()
    if (cell !== null && cell === this.steps.at(-1)?.cell) this.rename(label)
    else if (!this.moving || this.view.focus !== focus) this.step(label, cell)
    else this.rename(label)
    if (isBeside) this.before = before ?? backTo(this.steps)
    this.moving = moving
    this.view = { ...this.view, focus: focus ?? this.view.focus }
    this.answers = next
    this.post()
  }

  step(label, cell) {
    this.steps = [...this.steps.slice(1 - MOST_STEPS), { answers: this.answers, mine: this.mine, label, cell }]
    this.before = figures(this.reply.result, label)
    this.notice = ""
  }

  // The step of a finger that moves is named by where the finger is.
  rename(label) {
    this.steps = [...this.steps.slice(0, -1), { ...this.steps.at(-1), label }]
    if (this.before) this.before = { ...this.before, label }
  }

  rest() {
    if (!this.moving) return
    this.moving = false
    this.post()
  }

  undo() {
    const last = this.steps.at(-1)
    if (!last) return
    this.steps = this.steps.slice(0, -1)
    this.before = backTo(this.steps)
    this.answers = known(last.answers)
    this.mine = last.mine
    this.post()
  }

  // A starting point takes the place of the answers; the runner's own come back with "mine".
  startFrom(start) {
    const own = this.answers.start === "mine" ? this.answers : this.mine
    this.step(start?.label ?? "")
    this.mine = own
    const given = start && { given: start.given, believe: start.believe, start: start.id }
    this.answers = start ? { ...fresh(), runs: this.answers.runs, ...given } : { ...known(own), runs: this.answers.runs, start: "mine" }
    this.post()
  }

  again(label) {
    this.said = []
    if (!this.mine && isSame(this.answers, fresh())) return this.look({ focus: null, opened: null })
    this.step(label)
    this.mine = null
    this.answers = fresh()
    this.view = { focus: null, opened: null }
    this.before = backTo(this.steps)
    this.post()
  }

  // What a file, a link or run files held takes the place of those answers, once. A link begins a visit: the cards are asked.
  takeIn({ id, label, answers, said, notice, is_link }) {
    this.put = id
    this.said = said ?? []
    this.reading = ""
    if (answers) {
      const isWhole = "given" in answers
      this.step(label ?? "")
      this.before = backTo(this.steps)
      this.answers = isWhole ? { ...fresh(), runs: this.answers.runs, ...answers } : { ...this.answers, ...answers }
    }
    this.notice = notice ?? ""
    if (is_link) history.replaceState(history.state, "", location.pathname)
    if (is_link && answers) this.mark({})
    else this.post()
  }

  look(view) {
    this.view = { ...this.view, ...view }
    this.post()
  }

  mark(safety) {
    if (safety.first !== this.safety.first || safety.age !== this.safety.age) this.judged = null
    this.safety = safety
    this.marked = this.number + 1
    this.post()
  }

  // What Python says of the cards as they are now; nothing while its answer is on its way.
  get verdict() {
    return this.reply.number >= this.marked ? this.reply.verdict : null
  }

  post() {
    this.number += 1
    this.keep()
    this.send()
    this.changed()
  }

  // Run files go to Python, which hands back their runs.
  async sendFiles(files) {
    this.reading = "reading"
    this.keep()
    this.changed()
    const sent = await Promise.all([...files].map(async (file) => ({ name: file.name, data: await base64(file) })))
    this.component.setTriggerValue("files", sent)
    this.watch()
  }

  // A server that is gone has lost what it was reading.
  watch() {
    setTimeout(async () => {
      if (this.reading !== "reading") return
      if (await isUp()) return this.watch()
      this.reading = "lost"
      this.keep()
      this.changed()
    }, PATIENCE)
  }

  keep() {
    const { key, number, answers, mine, safety, steps, put, reading } = this
    try {
      sessionStorage.setItem(key, JSON.stringify({ number, answers, mine, safety, steps, put, reading: reading === "reading" }))
      this.isKept = true
    } catch {
      this.isKept = false
    }
  }
}

// A server that was killed and started again knows no fragment of this tab's, and Streamlit does not run the script anew
// (streamlit/streamlit#11660, in 1.67 still so after a run of the whole script), so nothing is answered until the page is loaded again. The answers are kept.
function loadAnew() {
  if (Date.now() - Number(sessionStorage.getItem("loaded anew")) < CALM) return
  sessionStorage.setItem("loaded anew", Date.now())
  location.reload()
}

const isUp = () => fetch(new URL("_stcore/health", document.baseURI)).then((reply) => reply.ok, () => false)

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? {}
  } catch {
    return {}
  }
}

// Nothing to compare with, but a step that Undo takes back.
const backTo = (steps) => steps.length ? { label: steps.at(-1).label, causes: {} } : null

const base64 = (file) => new Promise((done, failed) => {
  const reader = new FileReader()
  reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1))
  reader.onerror = failed
  reader.readAsDataURL(file)
})

const figures = (result, label) => result && {
  label,
  causes: Object.fromEntries([...(result.factors ?? []), ...(result.mechanisms ?? [])].map((row) => [row.name, row.figure])),
}

// The day on which each answer was given, by the runner's own clock.
function dated(old, next) {
  const day = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10)
  const dates = {}
  for (const part of ["given", "believe", "contrast"])
    for (const [name, value] of Object.entries(next[part]))
      dates[name] = JSON.stringify(old[part][name]) === JSON.stringify(value) ? old.dates[name] ?? day : day
  return { ...next, dates }
}
