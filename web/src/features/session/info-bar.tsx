import type { ReactNode } from "react"
import { formatCount, formatTokens, shortPath, UNKNOWN } from "../../domain/format"
import { known } from "../../domain/reading"
import { agentModel, inputTokens, type Session, usageUnknown, whereOf } from "../../domain/session"
import { words } from "../../domain/words"
import { Age, CostText, Moment, OwnerAvatar } from "../session-facts"
import { SubAgents } from "./sub-agents"

const say = words.session

/** What the session is, in one line of labels over values; everything can be selected and copied. */
export function InfoBar({ session }: { session: Session }) {
  const { agent, owner } = session
  const channel = session.channel ?? null
  return (
    <dl className="flex flex-wrap gap-x-5 gap-y-1 pt-3 pb-2 min-[1280px]:flex-nowrap">
      <Fact label={say.agent}>
        {agent.name}
        {typeof agent.version === "number" && agent.version > 1 && (
          <span className="text-faint">{say.version(agent.version)}</span>
        )}
      </Fact>
      <Fact label={say.channel}>{channelLabel(channel)}</Fact>
      {owner && (
        <Fact label={say.owner}>
          <OwnerAvatar owner={owner} />
          {owner.name}
        </Fact>
      )}
      <Fact label={say.model}>
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
      <Fact label={say.where}>
        <WhereText session={session} />
      </Fact>
    </dl>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex shrink-0 flex-col last:min-w-0 last:shrink">
      <dt className="text-meta text-faint">{label}</dt>
      <dd className="num flex items-center gap-1.5 text-small leading-5 whitespace-nowrap">
        {children}
      </dd>
    </div>
  )
}

function channelLabel(channel: string | null): string {
  if (!channel) return UNKNOWN
  return known(words.channel, channel) ?? channel
}

/** The date that ends a model's name is for the tooltip. */
const DATED = /-20\d{6}$/

function ModelText({ session }: { session: Session }) {
  const model = agentModel(session)
  const others = (session.models ?? []).filter((name) => name !== model)
  return (
    <span data-tip={[model, ...others].filter(Boolean).join("\n")}>
      {model?.replace(DATED, "") ?? UNKNOWN}
      {others.length > 0 && <span className="text-faint"> +{others.length}</span>}
    </span>
  )
}

function TokenTriple({ session }: { session: Session }) {
  if (usageUnknown(session)) {
    return (
      <span className="text-faint" data-tip={words.figure.noUsage}>
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
