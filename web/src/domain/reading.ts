/**
 * Readers of what somebody else stored: a value that is not what it should be counts as not
 * given. The server keeps foreign events as they came, so no field beside the envelope is sure.
 */

export function textIn(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined
}

export function numberIn(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined
}

/** The fields of an object; none for anything else. */
export function fieldsIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

/** What a table of ours says to a foreign word; `__proto__` and its like are in no table. */
export function known<T>(table: Readonly<Record<string, T>>, word: unknown): T | undefined {
  return typeof word === "string" && Object.hasOwn(table, word) ? table[word] : undefined
}
