import type { components, operations } from "./schema.gen"

/** Shapes of the public API, by the names of its description: `schema.gen.ts` is made of that. */

/**
 * A shape without "and whatever else". The API may add fields to any object, which a generated
 * type says with an index; a field that the description does not name is none to read here.
 */
type Told<T> = T extends readonly (infer Item)[]
  ? Told<Item>[]
  : T extends object
    ? Named<T> extends Record<string, never>
      ? { [Key in keyof T]: Told<T[Key]> }
      : Named<T>
    : T

type Named<T> = {
  [Key in keyof T as string extends Key ? never : number extends Key ? never : Key]: Told<T[Key]>
}

/** A shape of the description. */
export type Schema<Name extends keyof components["schemas"]> = Told<components["schemas"][Name]>

/** What an operation answers. */
export type Answer<Name extends keyof operations> = operations[Name] extends {
  responses: { 200: { content: { "application/json": infer Body } } }
}
  ? Told<Body>
  : never

export type ErrorEnvelope = Schema<"Refusal">
export type Me = Answer<"caller.me">
export type ImportSource = Schema<"ImportSource">
export type ImportState = ImportSource["state"]
/** What the workspace stream carries. */
export type RowFrame = Schema<"RowUpsert"> | Schema<"RowRemove">
export type Resync = Schema<"Resync">
