// A text in a field and a button that copies it; the button says for a moment that it did.

const SAYS = 1600 // milliseconds
const timers = new WeakMap()

async function put(text, field) {
  try {
    await navigator.clipboard.writeText(text) // https and localhost alone have it
  } catch {
    field.select()
    if (!document.execCommand("copy")) throw new Error("no clipboard")
  }
}

export default function ({ data, parentElement }) {
  const field = parentElement.querySelector("input")
  const button = parentElement.querySelector("button")
  const status = parentElement.querySelector("[role=status]")
  field.value = data.text
  field.setAttribute("aria-label", data.label)
  field.onfocus = () => field.select()

  function say(shown, spoken) {
    clearTimeout(timers.get(parentElement))
    button.textContent = shown
    status.textContent = spoken
    timers.set(parentElement, setTimeout(() => (button.textContent = "Copy"), SAYS))
  }

  button.onclick = () =>
    put(data.text, field).then(
      () => say("Copied", `${data.label} is on the clipboard`),
      () => (field.select(), say("Ctrl+C", "This browser does not let a page copy: press Ctrl+C")),
    )
  return () => clearTimeout(timers.get(parentElement))
}
