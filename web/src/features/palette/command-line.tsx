import { Command as Cmdk } from "cmdk"
import { cx } from "../../ui/cx"
import { Kbd } from "../../ui/small"
import { markTyped } from "./mark"
import { Marked } from "./marked"
import type { Command } from "./use-commands"

interface Props {
  command: Command
  typed: string
  onSelect: () => void
}

export function CommandLine({ command, typed, onSelect }: Props) {
  const Icon = command.icon
  return (
    <Cmdk.Item value={command.id} onSelect={onSelect}>
      <Icon className={cx("icon", command.danger ? "text-problem" : "text-muted")} />
      <span className={cx("min-w-0 grow truncate", command.danger && "text-problem")}>
        <Marked parts={markTyped(command.label, typed)} />
      </span>
      {command.keys && (
        <span aria-hidden="true" className="flex gap-1 max-md:hidden">
          {command.keys.map((key) => (
            <Kbd key={key}>{key}</Kbd>
          ))}
        </span>
      )}
    </Cmdk.Item>
  )
}
