import type * as detail from "../domain/detail"
import type { Hunk } from "../domain/diff-rows"
import type { Actor, Event, Redaction } from "../domain/event"
import type { Counted, Counts } from "../domain/list-counts"
import type { SavedView } from "../domain/list-view"
import type * as session from "../domain/session"
import type { Answer, Schema } from "./types"

/**
 * What the API is described to give is what the domain expects. Nothing here runs: the type check
 * fails where a field is gone, goes by another name, or may be something that the page does not
 * know. The domain keeps shapes of its own, so that it depends on nothing.
 */

/** A shape without an index that stands for any other field. */
type Named<Shape> = { [Key in keyof Shape as string extends Key ? never : Key]: Shape[Key] }
type Names<Shape> = keyof Named<Shape>

/** True, or what is wrong: a field that is read and not described, or a shape that does not fit. */
type Gives<Given, Wanted> = [Exclude<Names<Wanted>, keyof Given>] extends [never]
  ? [Given] extends [Wanted]
    ? true
    : { given: Given; wanted: Wanted }
  : { undescribed: Exclude<Names<Wanted>, keyof Given> }

type Proven<Proof extends true> = Proof
type Item<List> = List extends readonly (infer One)[] ? One : never

type Row = Schema<"ListedSession">
export type OfSessions = [
  Proven<Gives<Row, session.Session>>,
  Proven<Gives<Answer<"session.retrieve">, session.Session>>,
  Proven<Gives<Row["agent"], session.AgentRef>>,
  Proven<Gives<Row["tokens"], session.Tokens>>,
  Proven<Gives<Row["children"], session.Children>>,
  Proven<Gives<Row["where"], session.Where>>,
  Proven<Gives<NonNullable<Row["attention"]>, session.Attention>>,
  Proven<Gives<Row["progress"], NonNullable<session.Session["progress"]>>>,
  Proven<Gives<Row["stats"], NonNullable<session.Session["stats"]>>>,
  Proven<Gives<NonNullable<Row["owner"]>, NonNullable<session.Session["owner"]>>>,
  Proven<Gives<NonNullable<Row["error"]>, Extract<session.Session["error"], object>>>,
]

/** Beside the envelope an event has the fields of its type, which each reader checks. */
type Envelope = Omit<Named<Event>, "redactions" | "source" | "raw">
type Logged = Item<Answer<"session.events">["data"]>
export type OfEvents = [
  Proven<Gives<Logged, Envelope>>,
  Proven<[Logged] extends [Event] ? true : false>,
  Proven<Gives<Logged["actor"], Actor>>,
  Proven<Gives<Item<Answer<"redact.test">["redactions"]>, Redaction>>,
]

type Context = Answer<"session.context">
type Metrics = Answer<"session.metrics">
type File = Item<Answer<"session.edits">["data"]>
type Outline = Answer<"session.outline">
export type OfDetails = [
  Proven<Gives<Context, detail.ContextState>>,
  Proven<Gives<Context["budget"], detail.Budget>>,
  Proven<Gives<Item<Context["entries"]>, detail.ContextEntry>>,
  Proven<Gives<Item<Context["executions"]>, detail.Execution>>,
  Proven<Gives<Metrics, detail.Metrics>>,
  Proven<Gives<Item<Metrics["by_tool"]>, detail.ToolFigures>>,
  Proven<Gives<Item<Metrics["by_turn"]>, detail.TurnFigures>>,
  Proven<Gives<Item<Answer<"session.timeline">["data"]>, detail.Span>>,
  Proven<Gives<Schema<"Attempt">, detail.Attempt>>,
  Proven<Gives<File, detail.EditedFile>>,
  Proven<Gives<Item<File["edits"]>, detail.FileEdit>>,
  Proven<Gives<File["net"], detail.EditedFile["net"]>>,
  Proven<Gives<Schema<"Hunk">, Hunk>>,
  Proven<Gives<Outline, detail.Outline>>,
  Proven<Gives<Item<Outline["marks"]>, detail.Mark>>,
  Proven<Gives<Item<Outline["buckets"]>, Item<detail.Outline["buckets"]>>>,
  Proven<Gives<Item<Answer<"session.find">["data"]>, detail.Hit>>,
  Proven<Gives<Item<Answer<"session.audit">["data"]>, detail.AuditEntry>>,
]

type Facets = Answer<"session.facets">
export type OfTheList = [
  Proven<Gives<Facets, Counts>>,
  Proven<Gives<Item<Facets["facets"][string]>, Counted>>,
  Proven<Gives<Item<Answer<"view.list">["data"]>, SavedView>>,
]

/** The check itself would notice: a name that is not given, a null that is not expected. */
export type OfTheCheck = [
  Proven<Gives<Row, { made_up?: string }> extends true ? false : true>,
  Proven<Gives<Row, { title: string }> extends true ? false : true>,
  Proven<Gives<Row, { title: string | null }>>,
]
