import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { sampleSession } from "../domain/session.samples"
import { createRowStore, type RowPatch, type RowStore } from "./row-store"

let frames: (() => void)[] = []
let store: RowStore

const nextFrame = () => {
  const due = frames
  frames = []
  for (const frame of due) frame()
}
const upsert = (pos: number, changes = {}): RowPatch => ({
  op: "upsert",
  pos,
  row: sampleSession({ pos, ...changes }),
})

beforeEach(() => {
  vi.useFakeTimers()
  frames = []
  store = createRowStore((flush) => frames.push(flush))
})
afterEach(() => vi.useRealTimers())

describe("row patches", () => {
  test("are gathered: many in one frame wake a row once, with the last of them", () => {
    store.merge([sampleSession()])
    const woken = vi.fn()
    store.subscribeRow("sesn_1", woken)
    for (let pos = 101; pos <= 150; pos++) store.patch(upsert(pos, { tool_call_count: pos }))
    expect(woken).not.toHaveBeenCalled()
    nextFrame()
    expect(woken).toHaveBeenCalledTimes(1)
    expect(store.get("sesn_1")?.tool_call_count).toBe(150)
  })

  test("wake only who looks at that row", () => {
    store.merge([sampleSession(), sampleSession({ id: "sesn_2" })])
    const other = vi.fn()
    store.subscribeRow("sesn_2", other)
    store.patch(upsert(101))
    nextFrame()
    expect(other).not.toHaveBeenCalled()
  })

  test("with a lower position never overwrite what is known", () => {
    store.merge([sampleSession({ pos: 200, title: "Newer" })])
    store.patch(upsert(150, { title: "Older" }))
    nextFrame()
    expect(store.get("sesn_1")?.title).toBe("Newer")
  })

  test("beat a page that was read before them", () => {
    store.patch(upsert(150, { title: "Streamed" }))
    nextFrame()
    store.merge([sampleSession({ pos: 100, title: "Read" })])
    expect(store.get("sesn_1")?.title).toBe("Streamed")
  })

  test("keep the same object for a row that did not change", () => {
    store.merge([sampleSession()])
    const before = store.get("sesn_1")
    store.patch(upsert(50))
    nextFrame()
    expect(store.get("sesn_1")).toBe(before)
  })
})

describe("the order", () => {
  test("is asked for at most four times a second", () => {
    const asked = vi.fn()
    store.subscribeOrder(asked)
    for (let pos = 101; pos <= 110; pos++) {
      store.patch(upsert(pos))
      nextFrame()
    }
    expect(asked).not.toHaveBeenCalled()
    vi.advanceTimersByTime(250)
    expect(asked).toHaveBeenCalledTimes(1)
  })

  test("follows an act of the person at once, also while updates are held", () => {
    store.merge([sampleSession()])
    store.hold(true)
    const asked = vi.fn()
    store.subscribeOrder(asked)
    store.own(upsert(101, { archived_at: "2026-11-20T14:00:00.000Z" }))
    expect(asked).toHaveBeenCalledTimes(1)
    expect(store.get("sesn_1")?.archived_at).not.toBeNull()
    expect(store.ownVersion()).toBe(1)
  })
})

test("held updates wait and lose nothing", () => {
  store.merge([sampleSession()])
  store.hold(true)
  store.patch(upsert(101, { title: "While paused" }))
  nextFrame()
  expect(store.get("sesn_1")?.title).toBe("Fix the login test")
  store.hold(false)
  nextFrame()
  expect(store.get("sesn_1")?.title).toBe("While paused")
})

test("a removed row stays readable, is told, and comes back only by a later position", () => {
  store.merge([sampleSession()])
  store.patch({ op: "remove", pos: 120, id: "sesn_1" })
  nextFrame()
  expect([store.isRemoved("sesn_1"), store.get("sesn_1")?.id]).toEqual([true, "sesn_1"])
  store.merge([sampleSession({ pos: 110 })])
  expect(store.isRemoved("sesn_1")).toBe(true)
  store.patch(upsert(130))
  nextFrame()
  expect(store.isRemoved("sesn_1")).toBe(false)
})

test("a row is fresh for a moment when the stream brings it first, not when a page does", () => {
  store.merge([sampleSession()])
  store.patch(upsert(101))
  store.patch(upsert(102, { id: "sesn_2" }))
  nextFrame()
  expect([store.isFresh("sesn_1"), store.isFresh("sesn_2")]).toEqual([false, true])
  vi.advanceTimersByTime(1300)
  expect(store.isFresh("sesn_2")).toBe(false)
})
