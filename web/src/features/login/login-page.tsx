import { type FormEvent, useEffect, useId, useRef, useState } from "react"
import { login } from "../../api/acts"
import { ApiError } from "../../api/client"
import { command } from "../../api/command"
import { loginTokenOf } from "../../api/queries/settings"
import { tokenIn } from "../../domain/login-token"
import { shellWords } from "../../domain/words/shell"
import { Button } from "../../ui/button"
import { CopyButton } from "../../ui/copy"
import { Refused } from "../../ui/refused"
import { Mark, usePageTitle } from "../shell"

const say = shellWords.login

interface Props {
  /** A token that came with the address. */
  token: string | null
  onDone: () => void
}

/** For a browser that the server does not know: the printed link lets it in, or an admin's key. */
export function LoginPage({ token, onDone }: Props) {
  const [pasted, setPasted] = useState("")
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const tried = useRef<string | null>(null)
  const id = useId()
  usePageTitle(say.title)

  const enter = async (given: string | null) => {
    if (!given) return setError(say.empty)
    setBusy(true)
    setError(null)
    try {
      await login(isLinkToken(given) ? given : ((await loginTokenOf(given)) ?? given))
      onDone()
    } catch (cause) {
      setError(whyNot(cause, isLinkToken(given)))
      setBusy(false)
    }
  }
  // The printed link itself was opened: its token works once.
  useEffect(() => {
    if (!token || tried.current === token) return
    tried.current = token
    void enter(token)
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void enter(tokenIn(pasted))
  }

  return (
    <main className="flex h-full flex-col items-center overflow-y-auto px-4 pt-[18vh] pb-8">
      <div className="flex w-full max-w-105 flex-col gap-4">
        <p className="flex items-center gap-2 font-semibold">
          <Mark />
          {shellWords.product}
        </p>
        <h1 className="text-title font-semibold tracking-[-.014em]">{say.title}</h1>
        <p className="prose-wrap text-muted">{say.hint}</p>
        <Command hint={say.again} command={command("login")} />
        <form onSubmit={submit} className="flex flex-col gap-3 pt-2">
          <div>
            <label htmlFor={id} className="text-small font-medium">
              {say.label}
            </label>
            <input
              id={id}
              // A token that works once is no password, and a key is for programs: nothing
              // should offer to keep either.
              type="text"
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              value={pasted}
              placeholder={say.placeholder}
              onChange={(event) => setPasted(event.target.value)}
              aria-invalid={error !== null}
              aria-describedby={error ? `${id}-error` : undefined}
              className="mt-1 h-8 w-full rounded-control border border-line-strong bg-bg px-2 placeholder:text-faint pointer-coarse:h-10"
            />
          </div>
          <Refused id={`${id}-error`} why={error} />
          <Button type="submit" look="primary" size="form" disabled={busy} className="self-start">
            {busy ? say.checking : say.submit}
          </Button>
        </form>
      </div>
    </main>
  )
}

/** A link's token says what it is; anything else that is one word is taken for a key. */
const isLinkToken = (given: string) => given.startsWith("hansard_link_")

function whyNot(cause: unknown, byLink: boolean): string {
  const status = cause instanceof ApiError ? cause.status : 0
  if (!byLink && status === 403) return say.keyTooSmall
  if (status > 0 && status < 500) return byLink ? say.refused : say.keyRefused
  return cause instanceof Error ? cause.message : shellWords.error.unknown
}

function Command({ hint, command: line }: { hint: string; command: string }) {
  return (
    <div>
      <p className="prose-wrap pb-1.5 text-muted">{hint}</p>
      <p className="relative rounded-control bg-sunken py-2 pr-9 pl-3 font-mono text-small leading-4.5 wrap-anywhere">
        {line}
        <CopyButton
          text={line}
          label={shellWords.copy.label}
          done={shellWords.copy.done}
          className="absolute! top-1 right-1"
        />
      </p>
    </div>
  )
}
