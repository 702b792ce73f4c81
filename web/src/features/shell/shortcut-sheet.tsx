import { X } from "lucide-react"
import { Fragment } from "react"
import { shellWords } from "../../domain/words/shell"
import { Button, IconButton } from "../../ui/button"
import { Dialog } from "../../ui/dialog"
import { MOD } from "../../ui/hotkeys"
import { KEYS, usePreference, writePreference } from "../../ui/preference"
import { Kbd } from "../../ui/small"

const say = shellWords.shortcuts

/** Keys of one act: alternatives, each a sequence. The joint stands between them. */
type Keys = string[][]
type Line = [label: string, keys: Keys, joint?: string]
type Group = [title: string, lines: Line[]]

const ACTS: Line[] = [
  [say.rename, [["r"]]],
  [say.label, [["t"]]],
  [say.archive, [["e"], ["⇧", "e"]]],
  [say.remove, [["#"]]],
  [
    say.copy,
    [
      ["y", "l"],
      ["y", "i"],
    ],
  ],
]

/** In three columns, as they stand on the sheet. */
const COLUMNS: Group[][] = [
  [
    [
      say.everywhere,
      [
        [say.sheet, [["?"]]],
        [say.palette, [[MOD, "K"]]],
        [say.center, [[MOD, "J"]]],
        [say.pauseLive, [["⇧", "L"]]],
      ],
    ],
    [
      say.goTo,
      [
        [say.goSessions, [["g", "s"]]],
        [say.goSettings, [["g", ","]]],
      ],
    ],
  ],
  [
    [
      say.inList,
      [
        [say.move, [["j"], ["k"]]],
        [say.open, [["↵"], ["␣"]]],
        [say.search, [["/"]]],
        [say.facets, [["f"]]],
        [say.apply, [["."]]],
        [say.density, [["d"]]],
        ...ACTS,
      ],
    ],
    [
      say.selecting,
      [
        [say.select, [["x"], ["⇧", "x"]]],
        [say.selectAll, [[MOD, "A"]]],
        [say.clear, [["Esc"]]],
      ],
    ],
  ],
  [
    [
      say.inSession,
      [
        [say.tabs, [["1"], ["7"]], say.to],
        [say.find, [[MOD, "F"]]],
        [say.expand, [["o"], ["⇧", "o"]]],
        [say.errors, [["n"], ["⇧", "n"]]],
        [say.latest, [["End"]]],
        [say.replay, [["p"]]],
        [say.step, [["←"], ["→"]]],
        ...ACTS,
      ],
    ],
  ],
]

export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const enabled = usePreference(KEYS) !== "off"
  const aside = (
    <>
      <span className="min-w-0 grow text-small text-muted max-md:hidden">{say.hint}</span>
      <Button
        onClick={() => writePreference(KEYS, enabled ? "off" : null)}
        className="max-md:ml-auto"
      >
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
        {COLUMNS.map((groups) => (
          <div key={groups[0]?.[0]}>
            {groups.map(([title, lines]) => (
              <Section key={title} title={title} lines={lines} />
            ))}
          </div>
        ))}
      </div>
    </Dialog>
  )
}

function Section({ title, lines }: { title: string; lines: Line[] }) {
  return (
    <section className="pb-4">
      <h3 className="pb-1.5 text-small font-semibold">{title}</h3>
      <ul>
        {lines.map(([label, keys, joint]) => (
          <li
            key={label}
            className="flex h-7 items-center gap-1 border-b border-line-soft text-small"
          >
            <span className="mr-auto text-muted">{label}</span>
            <KeyList keys={keys} joint={joint ?? say.or} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function KeyList({ keys, joint }: { keys: Keys; joint: string }) {
  return keys.map((sequence, index) => (
    <Fragment key={sequence.join(" ")}>
      {index > 0 && <span className="text-meta text-faint">{joint}</span>}
      {sequence.map((key) => (
        <Kbd key={key}>{key}</Kbd>
      ))}
    </Fragment>
  ))
}
