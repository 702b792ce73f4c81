/** Axes that end on a round number, with few lines between. */

const STEPS = [1.2, 1.5, 1.8, 2.4, 3, 3.6, 4.5, 6, 7.5, 9, 12]

/** The smallest round number that is not below `highest`, so that a third of it is readable. */
export function roundTop(highest: number): number {
  if (!(highest > 0)) return 1
  const unit = 10 ** Math.floor(Math.log10(highest))
  const step = STEPS.find((candidate) => candidate * unit >= highest) ?? 12
  return step * unit
}

const SECONDS = [
  3, 6, 9, 12, 15, 30, 45, 60, 90, 180, 270, 360, 540, 900, 1800, 2700, 3600, 5400, 10_800, 21_600,
  32_400, 43_200, 86_400,
]

/** As `roundTop`, for milliseconds: thirds of it are whole seconds, minutes or hours. */
export function roundDuration(highest: number): number {
  if (highest < 3000) return roundTop(highest)
  const top = SECONDS.find((seconds) => seconds * 1000 >= highest)
  return top ? top * 1000 : Math.ceil(highest / 259_200_000) * 259_200_000
}

/** Values of the grid lines, from the top to 0. */
export function gridLines(top: number, count = 3): number[] {
  return Array.from({ length: count + 1 }, (_, index) => (top * (count - index)) / count)
}

/** Every n-th label, so that they do not touch; the last one is always told. */
export function labelledEvery(count: number, room: number): (index: number) => boolean {
  const every = Math.max(1, Math.ceil(count / Math.max(1, room)))
  return (index) => index === count - 1 || (index % every === 0 && count - 1 - index >= every)
}
