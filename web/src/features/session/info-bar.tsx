import type { ReactNode } from "react"
import { formatCount, formatTokens, shortPath, UNKNOWN } from "../../domain/format"
import { known } from "../../domain/reading"
import {
  agentModel,
  agentName,
  inputTokens,
  type Session,
  usageUnknown,
  whereOf,
} from "../../domain/session"
import { detailWords } from "../../domain/words/detail"
import { sessionWords } from "../../domain/words/session"
import { cx } from "../../ui/cx"
import { Age, CostText, Moment, OwnerAvatar } from "../session-facts"
import { SubAgents } from "./sub-agents"

const say = sessionWords.session

/** What the session is, in one line of labels over values; everything can be selected and copied. */
export function InfoBar({ session }: { session: Session }) {
  const { agent, owner } = session
  const channel = session.channel ?? null
  return (
    <dl className="flex flex-wrap gap-x-4.5 gap-y-1 pt-3 pb-2 min-[1280px]:flex-nowrap">
      <Fact label={say.agent}>
        {agentName(session)}
        {typeof agent.version === "number" && agent.version > 1 && (
          <span className="text-faint">{say.version(agent.version)}</span>
        )}
      </Fact>
      <Fact label={say.channel}>{channelLabel(channel)}</Fact>
      {owner?.name && (
        <Fact label={say.owner}>
          <OwnerAvatar owner={owner} />
          {owner.name}
        </Fact>
      )}
      <Fact label={say.model} soft>
        <ModelText session={session} />
      </Fact>
      <Fact label={say.messages}>{formatCount(session.message_count)}</Fact>
      <Fact label={say.tokens}>
        <TokenTriple session={session} />
      </Fact>
      {(session.children?.count ?? 0) > 0 && (
        <Fact label={say.subAgents}>
          <SubAgents session={session} />
        </Fact>
      )}
      <Fact label={say.errors}>
        <span className={session.error_count === 0 ? "text-faint" : undefined}>
          {formatCount(session.error_count)}
        </span>
      </Fact>
      <Fact label={say.cost}>
        <CostText session={session} />
      </Fact>
      <Fact label={say.created}>
        <Moment at={session.created_at} />
      </Fact>
      <Fact label={say.updated}>
        <Age at={session.updated_at} />
      </Fact>
      {(session.tags ?? []).length > 0 && (
        <Fact label={detailWords.more.tags} soft>
          <span className="truncate" data-tip={session.tags?.join(", ")}>
            {session.tags?.join(", ")}
          </span>
        </Fact>
      )}
      {session.initiative_id && (
        <Fact label={detailWords.more.initiative} soft>
          <span className="truncate" data-tip={session.initiative_id}>
            {session.initiative_id}
          </span>
        </Fact>
      )}
      {session.plan_id && <Fact label={detailWords.more.plan}>{session.plan_id}</Fact>}
      <Fact label={say.where} soft>
        <WhereText session={session} />
      </Fact>
    </dl>
  )
}

interface FactProps {
  label: string
  children: ReactNode
  /** Gives way where the line is short; the whole of it is in its tooltip. */
  soft?: boolean
}

function Fact({ label, children, soft }: FactProps) {
  return (
    <div className={cx("flex flex-col", soft ? "min-w-16 shrink" : "shrink-0")}>
      <dt className="text-meta whitespace-nowrap text-faint">{label}</dt>
      <dd className="num flex min-w-0 items-center gap-1.5 text-small leading-5 whitespace-nowrap">
        {children}
      </dd>
    </div>
  )
}

function channelLabel(channel: string | null): string {
  if (!channel) return UNKNOWN
  return known(sessionWords.channel, channel) ?? channel
}

/** The date that ends a model's name is for the tooltip. */
const DATED = /-20\d{6}$/

function ModelText({ session }: { session: Session }) {
  const model = agentModel(session)
  const others = (session.models ?? []).filter((name) => name !== model)
  return (
    <span className="truncate" data-tip={[model, ...others].filter(Boolean).join("\n")}>
      {model?.replace(DATED, "") ?? UNKNOWN}
      {others.length > 0 && <span className="text-faint"> +{others.length}</span>}
    </span>
  )
}

function TokenTriple({ session }: { session: Session }) {
  if (usageUnknown(session)) {
    return (
      <span className="text-faint" data-tip={sessionWords.figure.noUsage}>
        {UNKNOWN}
      </span>
    )
  }
  const { tokens } = session
  const exact = [inputTokens(tokens), tokens.cache_read, tokens.output].map(formatCount).join(" / ")
  return (
    <span data-tip={exact}>
      {formatTokens(inputTokens(tokens))} <span className="text-faint">/</span>{" "}
      {formatTokens(tokens.cache_read)} <span className="text-faint">/</span>{" "}
      {formatTokens(tokens.output)}
    </span>
  )
}

const LONGEST_PLACE = 24

/** `owner/name` of a repository, whatever address it is known by. */
function repoName(repo: string | undefined): string | null {
  return repo?.replace(/^(\w+:\/\/|git@)[^/:]+[/:]/, "").replace(/\.git$/, "") ?? null
}

/** Sandbox or folder, and repo@branch. */
function WhereText({ session }: { session: Session }) {
  const where = whereOf(session)
  // A recorded session ran in a folder of its owner; its sandbox is only a policy's name.
  const place = session.recorded ? (where.cwd ?? where.sandbox) : (where.sandbox ?? where.cwd)
  const repo = [repoName(where.repo), where.branch].filter(Boolean).join("@")
  const lines = [where.sandbox, where.cwd, repo, where.runtime, where.surface, where.version]
  const shown = [place ? shortPath(place, LONGEST_PLACE) : null, where.repo ? repo : where.branch]
  const text = shown.filter(Boolean).join(", ")
  if (!text) return <span className="text-faint">{UNKNOWN}</span>
  return (
    <span className="truncate" data-tip={lines.filter(Boolean).join("\n")}>
      {text}
    </span>
  )
}
