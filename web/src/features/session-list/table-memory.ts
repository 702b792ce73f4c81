/** Where each list was left: its scroll offset and the row that was opened. */
interface Place {
  offset: number
  id: string
}

const places = new Map<string, Place>()

export function remember(list: string, place: Place): void {
  places.set(list, place)
}

export function recall(list: string): Place | undefined {
  return places.get(list)
}
