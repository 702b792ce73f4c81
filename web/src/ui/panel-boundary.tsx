import { Component, type ErrorInfo, type ReactNode } from "react"

interface Props {
  /** What stands in place of a part that failed. */
  fallback: (error: Error, retry: () => void) => ReactNode
  children: ReactNode
}

/** Keeps a failure inside its panel. */
export class PanelBoundary extends Component<Props, { error: Error | null }> {
  override state: { error: Error | null } = { error: null }

  static getDerivedStateFromError(error: Error) {
    return { error }
  }

  override componentDidCatch(error: Error, info: ErrorInfo) {
    console.error(error, info.componentStack)
  }

  override render() {
    const { error } = this.state
    if (!error) return this.props.children
    return this.props.fallback(error, () => this.setState({ error: null }))
  }
}
