import { formatAge, formatDuration } from "./format"
import { known } from "./reading"
import { errorText, type Session } from "./session"
import { listWords } from "./words/list"
import { sessionWords } from "./words/session"

/** The one fact that explains a row's status: an activity, a question, an error, an outcome. */
export interface RowFact {
  text: string
  /** `code` is something that was typed or run, `problem` is what went wrong. */
  look: "text" | "code" | "problem"
  /** Since when it is going on; the row counts from here while the session runs. */
  since?: string
}

const say = listWords.row

export function rowFact(session: Session, now: number): RowFact | null {
  const error = errorText(session)
  if (session.display_status === "stalled") return stalledFact(session, now)
  if (session.attention && session.attention.reason !== "failed") return waitingFact(session)
  if (error) return { text: error, look: "problem" }
  if (session.display_status === "running") return runningFact(session)
  if (session.display_status === "queued") return { text: say.queued, look: "text" }
  if (session.display_status === "provisioning") return { text: say.starting, look: "text" }
  if (session.output_summary) return { text: session.output_summary, look: "text" }
  return session.activity ? { text: session.activity, look: "code" } : null
}

function stalledFact(session: Session, now: number): RowFact {
  const last = session.last_activity_at ?? session.updated_at
  const text = say.noHeartbeat(formatAge(last, now))
  return { text: session.activity ? `${text}, \`${session.activity}\`` : text, look: "text" }
}

function waitingFact(session: Session): RowFact {
  const attention = session.attention
  const reason = attention?.reason ?? ""
  if (attention?.question) return { text: asked(reason, attention.question), look: "text" }
  const why = known(say.waiting, reason) ?? reason
  return { text: session.activity ? `${why}: \`${session.activity}\`` : why, look: "text" }
}

/** What somebody asks is quoted; what is to be allowed is named. */
function asked(reason: string, question: string): string {
  return reason === "approval" || reason === "budget" ? question : `“${question}”`
}

function runningFact(session: Session): RowFact | null {
  const since = session.last_activity_at ?? undefined
  if (session.activity) {
    return { text: session.activity, look: "code", ...(since ? { since } : {}) }
  }
  const children = session.children
  if (children && children.active > 0) {
    return { text: say.subAgentsRunning(children.active), look: "text" }
  }
  return session.output_summary ? { text: session.output_summary, look: "text" } : null
}

/** The sentence beside the status of an open session; null when the word says it all. */
export function whyLine(session: Session, now: number): string | null {
  const fact = rowFact(session, now)
  if (session.display_status === "running" && session.activity) {
    const since = session.last_activity_at
    if (!since) return session.activity
    return sessionWords.session.why.running(
      session.activity,
      formatDuration(now - Date.parse(since)),
    )
  }
  const error = errorText(session)
  if (error) return error
  if (session.tone === "attention" || session.attention)
    return fact?.text.replaceAll("`", "") ?? null
  const source = /^external:(.+)$/.exec(session.state_reason ?? "")?.[1]
  return source === "interrupted" ? sessionWords.session.why.interrupted : null
}
