import { X } from "lucide-react"
import { Fragment, useState } from "react"
import { words } from "../../domain/words"
import { Button, IconButton } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { hotkeysEnabled, setHotkeysEnabled } from "../../ui/hotkeys"
import { Kbd } from "../../ui/small"

const say = words.shortcuts

/** Keys of one act: alternatives, each a sequence. */
type Keys = string[][]
type Group = [title: string, lines: [label: string, keys: Keys][]]

const GROUPS: Group[] = [
  [
    say.everywhere,
    [
      [say.sheet, [["?"]]],
      [say.goSessions, [["g", "s"]]],
      [say.pauseLive, [["⇧", "L"]]],
    ],
  ],
  [
    say.inList,
    [
      [say.move, [["j"], ["k"]]],
      [say.open, [["↵"]]],
      [say.facets, [["f"]]],
      [say.apply, [["."]]],
      [say.archive, [["e"], ["⇧", "e"]]],
      [say.rename, [["r"]]],
      [say.remove, [["#"]]],
      [
        say.copy,
        [
          ["y", "l"],
          ["y", "i"],
        ],
      ],
      [say.density, [["d"]]],
    ],
  ],
  [
    say.inSession,
    [
      [say.tabs, [["1"], ["2"]]],
      [say.latest, [["End"]]],
      [say.errors, [["n"], ["⇧", "n"]]],
      [say.rename, [["r"]]],
      [say.archive, [["e"], ["⇧", "e"]]],
      [say.remove, [["#"]]],
      [
        say.copy,
        [
          ["y", "l"],
          ["y", "i"],
        ],
      ],
    ],
  ],
]

export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const [enabled, setEnabled] = useState(hotkeysEnabled)
  const toggle = () => {
    setHotkeysEnabled(!enabled)
    setEnabled(!enabled)
  }
  const aside = (
    <>
      <span className="min-w-0 grow text-small text-muted max-md:hidden">{say.hint}</span>
      <Button onClick={toggle} className="max-md:ml-auto">
        {enabled ? say.turnOff : say.turnOn}
      </Button>
      <IconButton label={say.close} onClick={onClose}>
        <X className="icon" />
      </IconButton>
    </>
  )
  return (
    <Dialog title={say.title} aside={aside} onClose={onClose} width="wide">
      <div className="grid grid-cols-3 gap-x-10 max-md:grid-cols-1">
        {GROUPS.map(([title, lines]) => (
          <section key={title} className="pb-4">
            <h3 className="pb-1.5 text-small font-semibold">{title}</h3>
            <ul>
              {lines.map(([label, keys]) => (
                <li
                  key={label}
                  className="flex h-7 items-center gap-1 border-b border-line-soft text-small"
                >
                  <span className="mr-auto text-muted">{label}</span>
                  <KeyList keys={keys} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </Dialog>
  )
}

function KeyList({ keys }: { keys: Keys }) {
  return keys.map((sequence, index) => (
    <Fragment key={sequence.join(" ")}>
      {index > 0 && <span className="text-meta text-faint">{say.or}</span>}
      {sequence.map((key) => (
        <Kbd key={key}>{key}</Kbd>
      ))}
    </Fragment>
  ))
}
