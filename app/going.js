// What was tapped is gone by then, and the focus with it. A page that is only opened goes nowhere.
export default function ({ data, parentElement }) {
  const before = parentElement.stage
  parentElement.stage = data.stage
  if (before === undefined || before === data.stage) return
  setTimeout(() => {
    const next = document.querySelector(data.place)
    if (!next) return
    next.setAttribute("tabindex", "-1")
    next.focus({ preventScroll: true })
    next.scrollIntoView({ block: "start" })
  }, 150)
}
