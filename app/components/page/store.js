// All answers of this tab, in one value: kept in the tab, sent whole and numbered, taken back one step at a time.
const MOST_STEPS = 50 // that Undo can take back
const PATIENCE = 3000, AGAIN = 1500 // milliseconds until a message is sent again, and again; a server that is up has as long
const CALM = 60000 // milliseconds between two loads of that kind
const NOTHING = { given: {}, believe: {}, likelihood: {}, contrast: {}, excluded: [], dates: {}, measured: {}, runs: [], start: "mine" }

export const fresh = () => structuredClone(NOTHING)

export class Store {
  constructor(key, changed) {
    this.key = key
    this.changed = changed
    const kept = read(key)
    this.answers = { ...fresh(), ...kept.answers }
    this.mine = kept.mine ?? null // the runner's own answers while a starting point is looked at
    this.safety = kept.safety ?? {}
    this.marked = kept.number ?? 0 // the first message that holds the newest answers to the cards
    this.steps = kept.steps ?? [] // what Undo takes back, the newest last
    this.number = kept.number ?? 0 // of the newest message
    this.put = kept.put ?? null // the id of what Python handed over last
    this.view = { focus: null, opened: null }
    this.before = null // the figures before the last answer
    this.reply = { number: -1 }
    this.flying = 0 // the number of the message that is on its way, if one is
    this.moving = false // while a finger moves a slider
    this.isLate = false
    this.up = null // since when a server that does not answer is known to be up
    this.said = [] // what came of run files, in sentences
  }

  // ---- what the server says, and what it is told

  receive(component) {
    this.component = component
    const data = component.data
    if (data.number >= this.flying) this.flying = 0
    this.isLate = false
    this.up = null
    if (data.number === this.number || (this.moving && data.number > this.reply.number)) this.reply = data
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
    const { measured, start, ...said } = this.answers
    return { ...said, number: this.number, safety: this.safety, ...this.view, resting: !this.moving }
  }

  tryAgain() {
    if (!this.flying) return
    this.flying = 0
    this.isLate = true
    if (this.up && performance.now() - this.up >= PATIENCE) loadAnew()
    isUp().then((up) => { if (up && this.isLate) this.up ??= performance.now() })
    this.changed()
    this.send()
  }

  // ---- what the runner does

  // Change the answers. While a finger moves (`moving`) Undo takes all its moves back at once, as `label`. What is kept beside
  // the answers (`isBeside`), as runs are, moves no figure, so the figures before the last answer stay.
  change(answers, { moving = false, label = "", focus = null, isBeside = false } = {}) {
    const { before } = this
    if (!this.moving || this.view.focus !== focus) this.step(label)
    else this.rename(label)
    if (isBeside) this.before = before
    this.moving = moving
    this.view = { ...this.view, focus: focus ?? this.view.focus }
    this.answers = { ...dated(this.answers, { ...this.answers, ...answers }), start: "mine" }
    this.post()
  }

  step(label) {
    this.steps = [...this.steps.slice(1 - MOST_STEPS), { answers: this.answers, mine: this.mine, label }]
    this.before = figures(this.reply.result, label)
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
    this.answers = last.answers
    this.mine = last.mine
    this.post()
  }

  // A starting point takes the place of the answers; the runner's own come back with "mine".
  startFrom(start) {
    const own = this.answers.start === "mine" ? this.answers : this.mine
    this.step(start?.label ?? "")
    this.mine = own
    const given = start && { given: start.given, believe: start.believe, start: start.id }
    this.answers = start ? { ...fresh(), runs: this.answers.runs, ...given } : { ...fresh(), ...own, start: "mine" }
    this.post()
  }

  again(label) {
    this.step(label)
    this.mine = null
    this.answers = fresh()
    this.view = { focus: null, opened: null }
    this.before = backTo(this.steps)
    this.post()
  }

  // What a file, a link or run files held takes the place of those answers, once. A link begins a visit: the cards are asked.
  takeIn({ id, label, answers, said, is_link }) {
    this.put = id
    this.said = said ?? []
    if (answers) {
      this.step(label ?? "")
      this.before = null
      const isWhole = "given" in answers
      this.answers = { ...fresh(), ...(isWhole ? { runs: this.answers.runs } : this.answers), ...answers, start: "mine" }
    }
    if (is_link) {
      history.replaceState(history.state, "", location.pathname)
      this.safety = {}
      this.marked = this.number + 1
    }
    this.post()
  }

  look(view) {
    this.view = { ...this.view, ...view }
    this.post()
  }

  mark(safety) {
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
    const sent = await Promise.all([...files].map(async (file) => ({ name: file.name, data: await base64(file) })))
    this.component.setTriggerValue("files", sent)
  }

  keep() {
    const { key, number, answers, mine, safety, steps, put } = this
    try {
      sessionStorage.setItem(key, JSON.stringify({ number, answers, mine, safety, steps, put }))
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
