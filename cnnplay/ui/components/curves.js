// Live learning curves. One closure per mounted component holds `view` (what the visitor chose: zoom, unit, scale,
// cursor) apart from `runs` (what Python sent), and draw() joins the two: so new data can never undo a choice.

const PANELS = [
  { id: "loss", title: "Loss", note: "(cross-entropy)", empty: [0, 2.5] },
  { id: "accuracy", title: "Accuracy", note: "", empty: [0, 1] },
]
const MARGIN = { left: 46, right: 12, top: 10, bottom: 40 }
const WIDE = 760 // px: from here on the panels stand side by side
const ANNOUNCE_EVERY = 10_000 // ms: a screen reader is told the news no more often than this
const instances = new WeakMap()

const clamp = (value, low, high) => Math.min(Math.max(value, low), high)
const superscript = (integer) => [...String(integer)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("")
const grouped = (value) => Math.round(value).toLocaleString("en-US")
const lossText = (v) => (v === 0 ? "0" : v < 0.001 || v >= 1e5 ? v.toExponential(1) : v.toFixed(v < 10 ? 4 : 1))
const percentText = (v, digits = 2) => `${(v * 100).toFixed(digits)}\u202f%`
const valueText = (panelId, value) =>
  value === undefined ? "–" : panelId === "loss" ? lossText(value) : percentText(value)

const niceStep = (span, count) => {
  const power = 10 ** Math.floor(Math.log10(span / count))
  const factor = span / count / power
  return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10)
}
const linearTicks = ([low, high], step) => {
  const first = Math.ceil(low / step - 1e-6)
  const count = Math.floor(high / step + 1e-6) - first + 1
  return Array.from({ length: Math.max(count, 0) }, (_, i) => (first + i) * step)
}
const decimals = (step) => clamp(-Math.floor(Math.log10(step) + 1e-6), 0, 8)
// Ticks of a log axis, in log10: whole decades, thinned when many; 1-2-5 between them when few.
const logTicks = ([low, high]) => {
  const span = high - low
  const stride = Math.max(1, Math.ceil(span / 6))
  const mantissas = span > 2 ? [0] : span > 0.7 ? [0, Math.log10(2), Math.log10(5)] : [...Array(9)].map((_, i) => Math.log10(i + 1))
  return linearTicks([Math.floor(low), high], stride)
    .flatMap((decade) => mantissas.map((m) => decade + m))
    .filter((tick) => tick >= low - 1e-6 && tick <= high + 1e-6)
}
const logLabel = (tick) => {
  const decade = Math.floor(tick + 1e-6)
  const mantissa = Math.round(10 ** (tick - decade))
  if (decade >= -3 && decade <= 3) return String(Number((mantissa * 10 ** decade).toPrecision(1)))
  return `${mantissa === 1 ? "" : `${mantissa}·`}10${superscript(decade)}`
}
const quantile = (sorted, share) => sorted[Math.round(share * (sorted.length - 1))]

const lowerBound = (points, step) => {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (points[middle][0] < step) low = middle + 1
    else high = middle
  }
  return low
}
const nearest = (points, step, within) => {
  const i = lowerBound(points, step)
  const best = [points[i - 1], points[i]].filter(Boolean).sort((a, b) => Math.abs(a[0] - step) - Math.abs(b[0] - step))[0]
  return best && Math.abs(best[0] - step) <= within ? best : undefined
}
const clean = (points) => (points ?? []).filter((p) => p && Number.isFinite(p[0]) && Number.isFinite(p[1]))
const cleanRun = (run) => {
  const metric = ({ raw, smooth, validation } = {}) => ({ raw: clean(raw), smooth: clean(smooth), validation: clean(validation) })
  return { ...run, epoch_steps: run.epoch_steps || 1, loss: metric(run.loss), accuracy: metric(run.accuracy) }
}
const trained = (metric) => (metric.smooth.length ? metric.smooth : metric.raw)
const lastOf = (points) => points[points.length - 1]
const paint = (node, run) => node.style.setProperty("--run", `var(--run-${run.colour})`)
const letter = (run) => String.fromCharCode(65 + run.colour) // names a run where colour alone would have to

// Limits of the y axis. Smoothed and validation values must fit; raw spikes may widen the range by a quarter, no more.
const yRange = (panelId, core, raw, { log, zoomed, empty }) => {
  const onAxis = (points) => points.map(([, value]) => (log ? Math.log10(value) : value)).filter(Number.isFinite)
  const rawSorted = onAxis(raw).sort((a, b) => a - b)
  const fitted = core.length ? onAxis(core) : rawSorted
  if (!fitted.length) return log ? [-2, 0.5] : empty
  let [low, high] = [Math.min(...fitted), Math.max(...fitted)]
  // Accuracy shoots up in the first steps; what comes after is worth the height, so the rise comes in from below.
  if (panelId === "accuracy" && !zoomed && fitted.length > 40) low = quantile([...fitted].sort((a, b) => a - b), 0.05)
  const room = Math.max(high - low, log ? 0.3 : 0.2 * high, 1e-9) / 4
  if (rawSorted.length) {
    low = Math.min(low, Math.max(quantile(rawSorted, 0.02), low - room))
    high = Math.max(high, Math.min(quantile(rawSorted, 0.98), high + room))
  }
  if (log) return [Math.max(low, high - 9) - 0.08, high + 0.08]
  if (panelId === "accuracy") high = zoomed ? high : 1
  else if (!zoomed || low < 0.4 * high) low = 0
  const half = niceStep(Math.max(high - low, panelId === "accuracy" ? 0.02 : high * 1e-3, 1e-7), 5) / 2 // snapped, so that the axis rests between updates
  high = Math.max(Math.ceil(high / half - 1e-6) * half, half)
  if (panelId === "accuracy") high = Math.min(high, 1)
  return [Math.max(0, Math.min(Math.floor(low / half + 1e-6) * half, high - 2 * half)), high]
}

const html = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children)
const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children)
const fill = (node, attributes, children = []) => {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  node.append(...children) // strings become text nodes: a label is never read as markup
  return node
}
// Keep `count` children in a group, adding or dropping at the end: nodes stay, only their attributes change.
const pool = (group, count, make) => {
  while (group.childElementCount > count) group.lastElementChild.remove()
  while (group.childElementCount < count) group.append(make())
  return [...group.children]
}
const segmented = (label, options, choose) => {
  const buttons = options.map(([value, text]) => {
    const button = html("button", { type: "button", "data-value": value }, text)
    button.onclick = () => choose(value)
    return button
  })
  const show = (value) => buttons.forEach((b) => b.setAttribute("aria-pressed", String(b.dataset.value === value)))
  return { node: html("div", { class: "choice", role: "group", "aria-label": label }, html("span", {}, label), ...buttons), show }
}
const lineKey = (kind, text) =>
  html("span", { class: "key" }, svg("svg", { width: 26, height: 10, class: "current", "aria-hidden": "true" },
    svg("path", { class: kind, d: kind === "raw" ? "M1 6l3-4 3 6 3-7 3 6 3-4 3 5 3-6 2 3" : "M1 5H25" }),
    ...(kind === "validation" ? [svg("path", { class: "ring", d: "M13 5h0" }), svg("path", { class: "hole", d: "M13 5h0" })] : [])), text)

const buildPanel = (spec) => {
  const clip = `clip-${spec.id}`
  const part = { ...spec, train: html("b"), validation: html("b"), clip: svg("rect"), grid: svg("path", { class: "grid" }),
    base: svg("path", { class: "base" }), xTicks: svg("g", { class: "ticks x" }), yTicks: svg("g", { class: "ticks y" }),
    runs: svg("g", { "clip-path": `url(#${clip})` }), letters: svg("g", { class: "letters" }), unit: svg("text", { class: "unit" }),
    cross: svg("path", { class: "cross" }), hits: svg("g"), selection: svg("rect", { class: "selection" }), groups: new Map() }
  part.svg = svg("svg", { class: "plot", tabindex: 0, role: "application", "aria-roledescription": "chart" },
    svg("defs", {}, svg("clipPath", { id: clip }, part.clip)), part.grid, part.base, part.xTicks, part.yTicks, part.unit,
    part.selection, part.runs, part.letters, part.cross, part.hits)
  const figures = html("span", { class: "figures" }, html("span", {}, "training", part.train), html("span", {}, "validation", part.validation))
  part.node = html("section", { class: "panel", "data-testid": `curves-${spec.id}` },
    html("header", {}, html("h4", {}, spec.title, html("small", {}, spec.note)), figures), part.svg)
  return part
}
const buildRun = () => {
  const paths = Object.fromEntries(["raw", "smooth", "validation", "ring", "hole"].map((kind) => [kind, svg("path", { class: kind })]))
  return { ...paths, node: svg("g", { class: "run" }, ...Object.values(paths)) }
}

const mount = (parentElement) => {
  const view = { unit: "epoch", log: false, zoom: null, cursor: null, panel: null, pointerY: null, source: null }
  let [runs, totalSteps, live, removable, remove] = [[], 1, false, false, () => {}]
  let [frame, width, height, announced, palette] = [0, 0, 0, 0, ""]
  let range = [0, 1] // of x, as last drawn: what pixels are translated with
  const [panels, pointers, entries] = [PANELS.map(buildPanel), new Map(), new Map()]
  let drag = null

  const unit = segmented("x axis", [["epoch", "Epochs"], ["step", "Steps"]], (value) => {
    const reference = current()?.epoch_steps ?? 1
    const factor = value === view.unit ? 1 : value === "step" ? reference : 1 / reference
    view.zoom = view.zoom?.map((x) => x * factor) ?? null
    Object.assign(view, { unit: value, cursor: null })
    schedule()
  })
  const scale = segmented("loss axis", [["linear", "Linear"], ["log", "Log"]], (value) => {
    view.log = value === "log"
    schedule()
  })
  const reset = html("button", { type: "button", class: "reset" }, "Reset zoom")
  reset.onclick = () => zoomTo(null)
  const legend = html("ul", { class: "legend", "aria-label": "Runs" })
  const keys = html("div", { class: "keys" }, lineKey("smooth", "training, smoothed"), lineKey("raw", "training, each step"), lineKey("validation", "validation"))
  const message = html("p", { class: "message" })
  const tooltip = html("div", { class: "tooltip", "aria-hidden": "true" })
  const status = html("div", { class: "unseen", role: "status", "aria-live": "polite" })
  const plots = html("div", { class: "panels" }, ...panels.map((panel) => panel.node), message, tooltip)
  const root = html("div", { class: "curves", "data-testid": "curves" },
    html("div", { class: "bar" }, keys, html("div", { class: "choices" }, reset, unit.node, scale.node)), legend, plots, status)

  const current = () => (runs[0]?.current ? runs[0] : lastOf(runs))
  const perUnit = (run) => (view.unit === "epoch" ? run.epoch_steps : 1) // steps in one unit of x
  const endOf = (run) => (lastOf(trained(run.loss))?.[0] ?? 0) / perUnit(run)
  const fullRange = () => [0, Math.max(1e-6, totalSteps / (current() ? perUnit(current()) : 1), ...runs.map(endOf))]
  const right = () => MARGIN.right + (runs.length > 1 ? 12 : 0)
  const toPixel = (x) => MARGIN.left + ((x - range[0]) / (range[1] - range[0])) * (width - MARGIN.left - right())
  const toX = (pixel) => range[0] + ((pixel - MARGIN.left) / Math.max(1, width - MARGIN.left - right())) * (range[1] - range[0])

  const zoomTo = (target) => {
    const [, end] = fullRange()
    const span = target ? Math.max(target[1] - target[0], end / 1000) : end
    const low = target ? clamp(target[0], 0, Math.max(0, end - span)) : 0
    view.zoom = span >= end * 0.999 ? null : [low, low + span]
    root.dataset.zoomed = String(Boolean(view.zoom))
    schedule()
  }
  const zoomBy = (factor, centre = view.cursor ?? (range[0] + range[1]) / 2) =>
    zoomTo(range.map((edge) => centre + (edge - centre) * factor))

  // The places where the cursor may rest: every point of the current run, then those of the longest beyond its end.
  const stops = () => {
    const xs = (run) => (run ? trained(run.loss).map(([step]) => step / perUnit(run)) : [])
    const own = xs(current())
    const longest = runs.reduce((best, run) => (!best || endOf(run) > endOf(best) ? run : best), undefined)
    return longest === current() ? own : [...own, ...xs(longest).filter((x) => !own.length || x > lastOf(own))]
  }
  const setCursor = (x, panel, source, pointerY = null) => {
    const places = x === null ? [] : stops()
    const i = lowerBound(places.map((place) => [place]), x)
    const snapped = i > 0 && (i === places.length || x - places[i - 1] < places[i] - x) ? places[i - 1] : places[i]
    Object.assign(view, { cursor: snapped ?? null, panel, source, pointerY })
    schedule()
  }

  const schedule = () => (frame ||= requestAnimationFrame(draw))
  const draw = () => {
    frame = 0
    const box = panels[0].svg.getBoundingClientRect() // read before the first write: no forced layout in between
    ;[width, height] = [box.width, box.height]
    if (!width) return // not laid out yet, or in a hidden tab; the resize observer calls again
    range = view.zoom ?? fullRange()
    unit.show(view.unit)
    scale.show(view.log ? "log" : "linear")
    reset.hidden = !view.zoom
    panels.forEach(drawPanel)
    drawTooltip()
  }
  const drawPanel = (panel) => {
    const [top, bottom, edge] = [MARGIN.top, height - MARGIN.bottom, width - right()]
    const log = panel.id === "loss" && view.log
    const inView = (points, run, margin) => {
      const [low, high] = range.map((x) => x * perUnit(run))
      return points.slice(Math.max(0, lowerBound(points, low) - margin), lowerBound(points, high + 1e-9) + margin)
    }
    const seen = runs.map((run) => ({ run, raw: inView(run[panel.id].raw, run, 1), smooth: inView(run[panel.id].smooth, run, 1),
      validation: inView(run[panel.id].validation, run, 1), within: inView(run[panel.id].validation, run, 0) }))
    const limits = yRange(panel.id, seen.flatMap((s) => [...s.smooth, ...s.within]), seen.flatMap((s) => s.raw),
      { log, zoomed: Boolean(view.zoom), empty: panel.empty })
    const y = (value) => {
      const position = log ? (value > 0 ? Math.log10(value) : limits[0]) : value // zero rests on the floor of a log axis
      return clamp(bottom - ((position - limits[0]) / (limits[1] - limits[0])) * (bottom - top), -2000, 4000)
    }
    const tenth = (pixel) => Math.round(pixel * 10) / 10 // many times faster than toFixed
    const at = (run) => {
      const [origin, perStep] = [toPixel(0), (toPixel(1) - toPixel(0)) / perUnit(run)]
      return (point) => tenth(origin + point[0] * perStep) + " " + tenth(y(point[1]))
    }
    Object.assign(panel, { y, at, top, bottom })

    const step = niceStep(limits[1] - limits[0], 5)
    const yTicks = log ? logTicks(limits) : linearTicks(limits, step)
    const yLabel = log
      ? logLabel
      : panel.id === "loss" ? (v) => (step < 1e-4 && v ? v.toExponential(1) : v.toFixed(Math.min(4, decimals(step))))
        : (v) => percentText(v, decimals(step * 100))
    const yPixel = (tick) => Math.round(y(log ? 10 ** tick : tick)) + 0.5
    panel.grid.setAttribute("d", yTicks.map((tick) => `M${MARGIN.left} ${yPixel(tick)}H${edge}`).join(""))
    panel.base.setAttribute("d", `M${MARGIN.left} ${bottom + 0.5}H${edge}`)
    pool(panel.yTicks, yTicks.length, () => svg("text", { dy: "0.32em" })).forEach((text, i) => {
      fill(text, { x: MARGIN.left - 8, y: yPixel(yTicks[i]) })
      text.textContent = message.hidden ? yLabel(yTicks[i]) : "" // numbers only once they mean something
    })
    const wanted = niceStep(range[1] - range[0], Math.max(3, (edge - MARGIN.left) / (view.unit === "step" ? 64 : 44)))
    const xStep = view.unit === "step" ? Math.max(1, wanted) : wanted
    const xTicks = runs.length ? linearTicks(range, xStep) : [] // how many steps make an epoch is unknown before a run
    pool(panel.xTicks, xTicks.length, () => svg("text")).forEach((text, i) => {
      fill(text, { x: toPixel(xTicks[i]).toFixed(1), y: bottom + 17 })
      text.textContent = view.unit === "step" ? grouped(xTicks[i]) : xTicks[i].toFixed(decimals(xStep))
    })
    fill(panel.unit, { x: (MARGIN.left + edge) / 2, y: height - 5 })
    panel.unit.textContent = view.unit
    fill(panel.clip, { x: MARGIN.left - 4, y: top - 5, width: Math.max(0, edge - MARGIN.left + 8), height: bottom - top + 9 })
    for (const { run, raw, smooth, validation } of seen) {
      const paths = panel.groups.get(run.id)
      const lists = [raw, smooth, validation]
      const signature = [range, limits, width, height, log, lists.map((points) => [points.length, lastOf(points)])].join()
      if (paths.signature === signature) continue // an earlier run costs nothing while the axes rest
      paths.signature = signature
      const place = at(run)
      const line = (points) => (points.length ? "M" + points.map(place).join("L") : "")
      const dots = validation.map((point) => `M${place(point)}h0`).join("") // round caps make dots of empty strokes
      paths.raw.setAttribute("d", line(raw))
      paths.smooth.setAttribute("d", line(smooth))
      paths.validation.setAttribute("d", line(validation))
      paths.ring.setAttribute("d", dots)
      paths.hole.setAttribute("d", dots)
    }
    drawLetters(panel, seen)
    const newest = current()?.[panel.id]
    panel.train.textContent = valueText(panel.id, newest && lastOf(trained(newest))?.[1])
    panel.validation.textContent = valueText(panel.id, newest && lastOf(newest.validation)?.[1])
  }
  // A letter at the end of each curve, pushed apart where several runs end together.
  const drawLetters = (panel, seen) => {
    const ends = seen.filter(({ smooth }) => runs.length > 1 && smooth.length).map(({ run, smooth }) => ({ run,
      x: Math.min(toPixel(lastOf(smooth)[0] / perUnit(run)), width - right()) + 9, y: clamp(panel.y(lastOf(smooth)[1]), panel.top, panel.bottom) }))
    ends.sort((a, b) => a.y - b.y)
    const neighbours = (a, b) => Math.abs(a.x - b.x) < 14
    ends.forEach((end, i) => ends.slice(0, i).forEach((other) => neighbours(end, other) && (end.y = Math.max(end.y, other.y + 12))))
    let floor = panel.bottom - 2
    for (const end of [...ends].reverse()) if (end.y > floor) floor = (end.y = floor) - 12
    pool(panel.letters, ends.length, () => svg("text", { dy: "0.35em" })).forEach((text, i) => {
      fill(text, { x: ends[i].x.toFixed(1), y: ends[i].y.toFixed(1) })
      paint(text, ends[i].run)
      text.textContent = letter(ends[i].run)
    })
  }

  const readings = (panelId) => runs.map((run) => {
    const [step, reach] = [view.cursor * perUnit(run), ((range[1] - range[0]) * perUnit(run)) / 50]
    const metric = run[panelId]
    return { run, raw: nearest(metric.raw, step, reach), smooth: nearest(metric.smooth, step, reach),
      validation: nearest(metric.validation, step, Math.max(reach, run.epoch_steps / 2)) }
  })
  const drawTooltip = () => {
    const shown = view.cursor !== null && view.cursor >= range[0] - 1e-9 && view.cursor <= range[1] + 1e-9
    tooltip.hidden = !shown
    const x = shown ? toPixel(view.cursor) : 0
    for (const panel of panels) {
      panel.cross.setAttribute("d", shown ? `M${Math.round(x) + 0.5} ${panel.top}V${panel.bottom}` : "")
      const hits = shown ? readings(panel.id).filter(({ smooth }) => smooth).reverse() : []
      pool(panel.hits, hits.length, () => svg("path", { class: "hit" })).forEach((dot, i) => {
        fill(dot, { d: `M${panel.at(hits[i].run)(hits[i].smooth)}h0` })
        paint(dot, hits[i].run)
      })
    }
    if (!shown) return
    const panel = view.panel ?? panels[0]
    const rows = readings(panel.id)
    const columns = [["raw", "each step"], ["smooth", "smoothed"], ["validation", "validation"]].filter(([kind]) => rows.some((row) => row[kind]))
    const cell = (text, name = "") => html("span", { class: name }, text)
    tooltip.style.setProperty("--columns", columns.length)
    tooltip.replaceChildren(cell(cursorText(), "when"), cell(panel.title, "what"), ...columns.map(([, text]) => cell(text, "what number")),
      ...rows.flatMap((row) => [html("span", { class: `who${row.run.current ? " now" : ""}`, style: `--run: var(--run-${row.run.colour})` },
        html("i"), cell(runs.length > 1 ? `${letter(row.run)} · ${row.run.label}` : row.run.label, "name")),
      ...columns.map(([kind]) => cell(valueText(panel.id, row[kind]?.[1]), "number"))]))
    place(panel, x)
  }
  const cursorText = () => {
    const perEpoch = current()?.epoch_steps ?? 1
    const step = view.cursor * (view.unit === "epoch" ? perEpoch : 1)
    return `step ${grouped(step)} · epoch ${(step / perEpoch).toFixed(2)}`
  }
  // Beside the pointer; without one, in the corner that the curves leave free: loss falls, accuracy rises.
  const place = (panel, x) => {
    const [frameBox, box] = [plots.getBoundingClientRect(), panel.svg.getBoundingClientRect()]
    const [w, h] = [tooltip.offsetWidth, tooltip.offsetHeight]
    const [left, up, wide] = [box.left - frameBox.left + x, box.top - frameBox.top, root.clientWidth >= WIDE]
    const beside = left + 14 + w <= frameBox.width ? left + 14 : left - 14 - w
    const corner = panel.id === "loss" ? up + panel.top : up + panel.bottom - h - 6
    const above = Math.max(up - h, -plots.offsetTop, 64 - frameBox.top) // over the legend, yet on the screen
    const resting = wide || h < 100 ? corner : above
    const y = view.pointerY === null ? resting : clamp(up + view.pointerY - h / 2, 0, Math.max(0, frameBox.height - h))
    tooltip.style.transform = `translate(${Math.round(clamp(beside, 0, Math.max(0, frameBox.width - w)))}px, ${Math.round(y)}px)`
  }

  const hide = () => setCursor(null, null, null)
  const listen = (panel) => {
    const node = panel.svg
    const local = (event) => [event.clientX - node.getBoundingClientRect().left, event.clientY - node.getBoundingClientRect().top]
    const select = (from, to) => fill(panel.selection, { x: Math.min(from, to), y: panel.top, width: Math.abs(to - from), height: panel.bottom - panel.top })
    node.onpointerdown = (event) => {
      if (event.button !== 0) return
      const [x] = local(event)
      pointers.set(event.pointerId, x)
      if (pointers.size === 2) drag = { pinch: [...pointers].map(([id, pixel]) => [id, toX(pixel)]) }
      else drag = { from: x, moved: false }
      if (event.pointerType === "mouse") node.setPointerCapture(event.pointerId)
    }
    node.onpointermove = (event) => {
      const [x, y] = local(event)
      if (pointers.has(event.pointerId)) pointers.set(event.pointerId, x)
      if (drag?.pinch) return pinch(drag.pinch)
      const mouse = event.pointerType === "mouse"
      if (drag) drag.moved ||= Math.abs(x - drag.from) > 6
      if (mouse && drag?.moved) {
        select(clamp(drag.from, MARGIN.left, width - right()), clamp(x, MARGIN.left, width - right()))
        hide()
      } else if (mouse || drag) setCursor(toX(x), panel, "pointer", mouse ? y : null)
    }
    node.onpointerup = (event) => {
      const [x, y] = local(event)
      if (drag && !drag.pinch) {
        if (event.pointerType === "mouse" && drag.moved) zoomTo([drag.from, x].map((pixel) => clamp(toX(pixel), ...range)).sort((a, b) => a - b))
        else setCursor(toX(x), panel, "pointer", event.pointerType === "mouse" ? y : null)
      }
      release(event)
    }
    const release = (event) => {
      pointers.delete(event.pointerId)
      drag = null
      select(0, 0)
    }
    node.onpointercancel = release
    node.onpointerleave = (event) => event.pointerType === "mouse" && !drag && hide()
    node.ondblclick = () => zoomTo(null)
    node.onblur = () => view.panel === panel && hide() // a tap on the other panel has already moved the cursor there
    node.onkeydown = (event) => onKey(event, panel)
    node.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return // a plain wheel scrolls the page
      event.preventDefault()
      zoomBy(Math.exp(clamp(event.deltaY, -100, 100) / 300), toX(local(event)[0]))
    }, { passive: false })
  }
  // Both fingers keep the x value that they came down on.
  const pinch = ([[idA, a], [idB, b]]) => {
    const [pixelA, pixelB] = [pointers.get(idA), pointers.get(idB)]
    if (pixelA === undefined || pixelB === undefined || Math.abs(pixelA - pixelB) < 16) return
    const perPixel = Math.abs((b - a) / (pixelB - pixelA))
    const low = (a + b) / 2 - ((pixelA + pixelB) / 2 - MARGIN.left) * perPixel
    zoomTo([low, low + perPixel * (width - MARGIN.left - right())])
  }
  const onKey = (event, panel) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const move = (by) => () => {
      const places = stops()
      if (!places.length) return
      const here = view.cursor === null ? places.length : lowerBound(places.map((place) => [place]), view.cursor - 1e-9)
      const x = places[clamp(here + by * (event.shiftKey ? 10 : 1), 0, places.length - 1)]
      const span = range[1] - range[0]
      if (view.zoom && (x < range[0] || x > range[1])) zoomTo([x - span / 2, x + span / 2]) // the window follows the cursor
      setCursor(x, panel, "keyboard")
      status.textContent = `${cursorText()}. ${readings(panel.id).map(({ run, smooth, validation }) =>
        `${run.label}: ${panel.title} ${valueText(panel.id, smooth?.[1])}, validation ${valueText(panel.id, validation?.[1])}`).join(". ")}`
    }
    const action = { ArrowLeft: move(-1), ArrowRight: move(1), Home: move(-1e9), End: move(1e9), Escape: hide,
      "+": () => zoomBy(0.6), "=": () => zoomBy(0.6), "-": () => zoomBy(1 / 0.6), "_": () => zoomBy(1 / 0.6), 0: () => zoomTo(null) }[event.key]
    if (!action) return
    event.preventDefault()
    event.stopPropagation() // Streamlit has one-key shortcuts of its own
    action()
  }

  const syncRuns = () => {
    const ids = new Set(runs.map((run) => run.id))
    for (const panel of panels) {
      for (const [id, group] of panel.groups) {
        if (ids.has(id)) continue
        group.node.remove()
        panel.groups.delete(id)
        panel.runs.classList.remove("lifting")
      }
      for (const run of [...runs].reverse()) { // the current run lies on top
        if (!panel.groups.has(run.id)) panel.groups.set(run.id, buildRun())
        const { node } = panel.groups.get(run.id)
        node.classList.toggle("current", Boolean(run.current))
        paint(node, run)
        if (panel.runs.lastElementChild !== node) panel.runs.append(node)
      }
    }
    for (const [id, entry] of entries) {
      if (ids.has(id)) continue
      if (entry.node.matches(":focus-within")) panels[0].svg.focus({ preventScroll: true }) // a keyboard user stays here
      entry.node.remove()
      entries.delete(id)
    }
    runs.forEach((run, i) => {
      if (!entries.has(run.id)) entries.set(run.id, buildEntry(run.id))
      const entry = entries.get(run.id)
      if (legend.children[i] !== entry.node) legend.insertBefore(entry.node, legend.children[i] ?? null)
      entry.node.classList.toggle("now", Boolean(run.current))
      paint(entry.node, run)
      entry.letter.textContent = runs.length > 1 ? letter(run) : ""
      entry.name.textContent = entry.name.title = run.label
      const final = lastOf(run.accuracy.validation)
      entry.value.textContent = final ? percentText(final[1]) : ""
      entry.button.hidden = !removable || runs.length === 1
      entry.button.style.visibility = run.current ? "hidden" : "visible" // keeps the numbers in one column
      entry.button.setAttribute("aria-label", `Remove ${run.label}`)
    })
  }
  const buildEntry = (id) => {
    const entry = { letter: html("em"), name: html("span", { class: "name" }), value: html("span", { class: "number", title: "validation accuracy" }),
      button: html("button", { type: "button" }, "×") }
    entry.button.onclick = () => remove(id)
    entry.node = html("li", {}, html("i"), entry.letter, entry.name, entry.value, entry.button)
    const lift = (on) => () => panels.forEach((panel) => {
      panel.runs.classList.toggle("lifting", on)
      panel.groups.get(id)?.node.classList.toggle("lifted", on)
    })
    Object.assign(entry.node, { onpointerenter: lift(true), onpointerleave: lift(false), onfocusin: lift(true), onfocusout: lift(false) })
    return entry
  }
  const summarise = () => {
    const run = current()
    const step = run ? lastOf(trained(run.loss))?.[0] : undefined
    for (const panel of panels) {
      const [training, validation] = run ? [lastOf(trained(run[panel.id]))?.[1], lastOf(run[panel.id].validation)?.[1]] : []
      panel.svg.setAttribute("aria-label", step === undefined ? `${panel.title}: ${message.textContent}` :
        `${panel.title} at step ${grouped(step)}: training ${valueText(panel.id, training)}, validation ${valueText(panel.id, validation)}. Arrow keys move the cursor, plus and minus zoom, 0 resets.`)
    }
    if (!live || step === undefined || view.source === "keyboard" || performance.now() - announced < ANNOUNCE_EVERY) return
    announced = performance.now()
    status.textContent = panels.map((panel) => panel.svg.getAttribute("aria-label").split(". ")[0]).join(". ")
  }
  const update = ({ data, setTriggerValue }) => {
    runs = (data?.runs ?? []).map(cleanRun).sort((a, b) => Number(b.current) - Number(a.current)) // the current run leads
    totalSteps = data?.total_steps ?? 1
    live = Boolean(data?.live)
    removable = Boolean(data?.removable)
    if (view.zoom?.[0] >= fullRange()[1]) view.zoom = null // a shorter run has replaced the one that was zoomed
    remove = (id) => setTriggerValue("remove", id)
    const colours = getComputedStyle(parentElement.host ?? parentElement).getPropertyValue("--st-chart-categorical-colors")
    if (colours !== palette) colours.split(/,(?![^(]*\))/).forEach((colour, i) => root.style.setProperty(`--run-${i}`, colour.trim()))
    palette = colours
    const waiting = !runs.some((run) => trained(run.loss).length || run.loss.validation.length)
    message.textContent = live ? "Waiting for the first step" : `Press ${runs.length ? "Resume" : "Start"}: the curves appear here`
    message.hidden = !waiting
    const newest = current()
    Object.assign(root.dataset, { lastStep: (newest && lastOf(trained(newest.loss))?.[0]) ?? 0, points: newest?.loss.raw.length ?? 0, zoomed: Boolean(view.zoom) })
    syncRuns()
    summarise()
    schedule()
  }

  panels.forEach(listen)
  parentElement.append(root)
  const observer = new ResizeObserver(() => {
    root.classList.toggle("wide", root.clientWidth >= WIDE)
    schedule()
  })
  observer.observe(root)
  const destroy = () => {
    observer.disconnect()
    cancelAnimationFrame(frame)
    root.remove()
    instances.delete(parentElement)
  }
  return { update, destroy }
}

export default (component) => {
  const { parentElement } = component
  if (!instances.has(parentElement)) instances.set(parentElement, mount(parentElement))
  const instance = instances.get(parentElement)
  instance.update(component)
  return instance.destroy
}
