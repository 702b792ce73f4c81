import { listWords } from "./words/list"
import { sessionWords } from "./words/session"
import { shellWords } from "./words/shell"

/** Every sentence of the interface, in one place. English first; a second language is a second set. */
export const words = { ...shellWords, ...listWords, ...sessionWords }
