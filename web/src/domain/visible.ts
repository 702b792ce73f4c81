// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g
const UNSEEN = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g

/**
 * A text of which everything can be seen: signs that turn the direction of a line, or that nobody
 * sees, are spelled as their numbers, so that no name shows as another one (LLM05). The exports
 * write texts the same way.
 */
export function visible(text: string): string {
  return text
    .replace(CONTROLS, "\ufffd")
    .replace(
      UNSEEN,
      (sign) => `[U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}]`,
    )
}
