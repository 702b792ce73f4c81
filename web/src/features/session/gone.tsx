import { Link } from "@tanstack/react-router"
import { FileX2 } from "lucide-react"
import { sessionWords } from "../../domain/words/session"
import { buttonClass } from "../../ui/button"

/** No such session, or none for this person. */
export function Gone() {
  return (
    <div className="flex grow flex-col items-center justify-center gap-1 px-6 pb-36 text-center">
      <FileX2 className="icon mb-2 size-6! text-faint" />
      <h1 className="text-page font-semibold tracking-[-.01em]">{sessionWords.session.gone}</h1>
      <p className="prose-wrap max-w-[60ch] text-muted">{sessionWords.session.goneHint}</p>
      <Link to="/sessions" className={`${buttonClass()} mt-3`}>
        {sessionWords.session.toList}
      </Link>
    </div>
  )
}
