import { describe, expect, test } from "vitest"
import {
  formatAge,
  formatBytes,
  formatCost,
  formatDuration,
  formatTokens,
  initials,
  shortId,
  shortPath,
} from "./format"

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1.0k"],
  [12_400, "12.4k"],
  [999_949, "999.9k"],
  [999_950, "1.00M"],
  [6_840_000, "6.84M"],
  [null, "–"],
])("%s tokens read %s", (count, text) => {
  expect(formatTokens(count)).toBe(text)
})

test.each([
  [null, "–"],
  [0, "$0"],
  [400, "<$0.01"],
  [9_999, "<$0.01"],
  [10_000, "$0.010"],
  [42_000, "$0.042"],
  [999_600, "$1.00"],
  [1_840_000, "$1.84"],
  [999_990_000, "$999.99"],
  [1_204_600_000, "$1,205"],
])("%s micros cost %s", (micros, text) => {
  expect(formatCost(micros)).toBe(text)
})

test.each([
  [480, "480 ms"],
  [3200, "3.2 s"],
  [9_980, "10 s"],
  [42_000, "42 s"],
  [252_000, "4m 12s"],
  [7_500_000, "2h 05m"],
  [273_600_000, "3d 4h"],
])("%s ms last %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

describe("an age", () => {
  const now = Date.parse("2026-11-20T14:00:00.000Z")
  const ago = (ms: number) => formatAge(new Date(now - ms).toISOString(), now)
  const hour = 3_600_000

  test("is now within five seconds, then counts in its largest unit", () => {
    expect([ago(0), ago(4999), ago(12_000), ago(240_000), ago(3 * hour), ago(48 * hour)]).toEqual([
      "now",
      "now",
      "12s",
      "4m",
      "3h",
      "2d",
    ])
  })

  test("becomes a date after a week, with the year when it is another one", () => {
    expect(ago(8 * 24 * hour)).toBe("12 Nov")
    expect(formatAge("2025-11-12T12:00:00.000Z", now)).toBe("12 Nov 2025")
  })

  test("that lies ahead, by a clock that goes wrong, reads now", () => {
    expect(ago(-hour)).toBe("now")
  })

  test("of nothing is unknown", () => {
    expect(formatAge("never", now)).toBe("–")
  })
})

test.each([
  [812, "812 B"],
  [64_000, "64.0 kB"],
  [1_200_000, "1.2 MB"],
  [2_500_000_000, "2.5 GB"],
])("%s bytes read %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test("a long id keeps its kind and its end", () => {
  expect(shortId("sesn_01JDABCDEF0123457F3K")).toBe("sesn_01JD…7F3K")
  expect(shortId("sesn_1")).toBe("sesn_1")
})

test("a long path keeps the names at its end", () => {
  const path = "/home/ana/src/payments/tests"
  expect(shortPath(path, 20)).toBe("…/src/payments/tests")
  expect(shortPath(path, 19)).toBe("…/payments/tests")
  expect(shortPath("/srv/app")).toBe("/srv/app")
})

test.each([
  ["Ana Ruiz", "AR"],
  ["Ana María Ruiz", "AR"],
  ["local", "LO"],
  ["ben.okafor", "BO"],
])("%s signs as %s", (name, letters) => {
  expect(initials(name)).toBe(letters)
})
