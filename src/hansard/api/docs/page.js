// Reads /openapi.json and shows every operation with a form to try it. Text only ever becomes
// text nodes, so nothing that an answer holds can act here.

const METHODS = ["get", "post", "delete"]
const MOST_SHOWN = 200_000
const MOST_DEPTH = 6

function make(name, attributes = {}, ...children) {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value)
    else if (value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value)
  }
  node.append(...children.filter((child) => child !== null && child !== undefined))
  return node
}

/** What a schema comes to, with references followed; deeper ones by their name. */
function outline(schema, api, depth = 0) {
  if (!schema) return "any"
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop()
    return depth > MOST_DEPTH ? name : outline(api.components.schemas[name], api, depth + 1)
  }
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum.join(" | ")
  if (schema.anyOf) {
    const parts = schema.anyOf.map((part) => outline(part, api, depth))
    return parts.every((part) => typeof part === "string") ? parts.join(" | ") : parts[0]
  }
  if (schema.type === "array") return [outline(schema.items, api, depth + 1)]
  if (schema.properties) {
    const needed = new Set(schema.required ?? [])
    return Object.fromEntries(
      Object.entries(schema.properties).map(([name, inner]) => [
        needed.has(name) ? name : `${name}?`,
        outline(inner, api, depth + 1),
      ]),
    )
  }
  return schema.type ?? "any"
}

function shown(value) {
  return make("pre", {}, typeof value === "string" ? value : JSON.stringify(value, null, 2))
}

function bodySchema(operation) {
  return operation.requestBody?.content?.["application/json"]?.schema
}

function answerSchema(operation) {
  return operation.responses?.["200"]?.content?.["application/json"]?.schema
}

function field(parameter) {
  return make("input", {
    name: parameter.name,
    "data-in": parameter.in,
    "aria-label": parameter.name,
    placeholder: parameter.schema?.default ?? "",
    required: parameter.required,
  })
}

function addressOf(path, inputs) {
  const query = new URLSearchParams()
  let address = path
  for (const input of inputs) {
    if (input.dataset.in === "path") {
      address = address.replace(`{${input.name}}`, encodeURIComponent(input.value))
    } else if (input.value !== "") {
      const many = input.dataset.many ? input.value.split(",") : [input.value]
      for (const value of many) query.append(input.name, value.trim())
    }
  }
  return query.size ? `${address}?${query}` : address
}

async function tryIt(method, path, form, answer) {
  const headers = {}
  const key = document.querySelector("#key").value
  if (key) headers.authorization = `Bearer ${key}`
  const text = form.querySelector("textarea")?.value
  if (text) headers["content-type"] = "application/json"
  const address = addressOf(path, form.querySelectorAll("input"))
  try {
    const response = await fetch(address, {
      method: method.toUpperCase(),
      headers,
      body: text || undefined,
      credentials: key ? "omit" : "same-origin",
    })
    const body = await response.text()
    let said = body
    try {
      said = JSON.stringify(JSON.parse(body), null, 2)
    } catch {
      // not JSON: shown as it is
    }
    const status = `${response.status} ${response.statusText}`
    const line = make("p", { class: response.ok ? "" : "problem" }, `${method.toUpperCase()} ${address}: ${status}`)
    answer.replaceChildren(line, shown(said.slice(0, MOST_SHOWN)))
  } catch (problem) {
    answer.replaceChildren(make("p", { class: "problem" }, String(problem)))
  }
}

function inside(method, path, operation, api) {
  const parameters = operation.parameters ?? []
  const rows = parameters.map((parameter) => {
    const input = field(parameter)
    if (JSON.stringify(parameter.schema ?? {}).includes('"array"')) input.dataset.many = "true"
    const said = [parameter.in, parameter.required ? "required" : "", parameter.description ?? ""]
    return make(
      "tr",
      {},
      make("td", {}, make("code", {}, parameter.name)),
      make("td", {}, said.filter(Boolean).join(", ")),
      make("td", {}, input),
    )
  })
  const body = bodySchema(operation)
  const answer = make("div", { role: "status" })
  const streams = Boolean(operation.responses?.["200"]?.content?.["text/event-stream"])
  const form = make(
    "form",
    {
      onsubmit: (event) => {
        event.preventDefault()
        tryIt(method, path, form, answer)
      },
    },
    rows.length ? make("table", {}, make("tbody", {}, ...rows)) : null,
    body ? make("h3", {}, "Body") : null,
    body ? shown(outline(body, api)) : null,
    body ? make("textarea", { "aria-label": "Body as JSON", spellcheck: "false" }, "{}") : null,
    streams ? make("p", {}, "A stream of server-sent events: follow it with EventSource or curl -N.") : null,
    streams ? null : make("button", { type: "submit" }, "Try it"),
  )
  const good = answerSchema(operation)
  return make(
    "div",
    { class: "inside" },
    make("p", {}, operation.description ?? ""),
    make("p", {}, "Scope: ", make("code", {}, operation["x-scope"] ?? "public")),
    form,
    answer,
    good ? make("h3", {}, "Answer") : null,
    good ? shown(outline(good, api)) : null,
  )
}

function entry(method, path, operation, api) {
  const place = make(
    "details",
    { id: operation.operationId, "data-words": `${method} ${path} ${operation.operationId} ${operation.summary}`.toLowerCase() },
    make(
      "summary",
      {},
      make("span", { class: "method" }, method.toUpperCase()),
      make("code", {}, path),
      make("span", { class: "said" }, operation.summary ?? ""),
    ),
  )
  place.addEventListener("toggle", () => {
    if (place.open && place.children.length === 1) place.append(inside(method, path, operation, api))
  })
  return place
}

function sections(api) {
  const byTag = new Map()
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const method of METHODS.filter((name) => methods[name])) {
      const operation = methods[method]
      const tag = operation.tags?.[0] ?? "other"
      byTag.set(tag, [...(byTag.get(tag) ?? []), entry(method, path, operation, api)])
    }
  }
  return [...byTag].map(([tag, entries]) => make("section", {}, make("h2", {}, tag), ...entries))
}

function narrow(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  for (const place of document.querySelectorAll("details")) {
    place.hidden = !words.every((word) => place.dataset.words.includes(word))
  }
  for (const section of document.querySelectorAll("section")) {
    section.hidden = !section.querySelector("details:not([hidden])")
  }
}

async function start() {
  const main = document.querySelector("#operations")
  try {
    const response = await fetch("/openapi.json")
    const api = await response.json()
    main.replaceChildren(...sections(api))
    document.querySelector("#find").addEventListener("input", (event) => narrow(event.target.value))
    const wanted = document.getElementById(decodeURIComponent(location.hash.slice(1)))
    if (wanted) wanted.open = true
  } catch (problem) {
    main.replaceChildren(make("p", { class: "problem" }, `The description cannot be read: ${problem}`))
  }
}

start()
