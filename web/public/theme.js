// Before the first paint: the chosen theme, else the system's.
try {
  const theme = localStorage.getItem("hansard.theme")
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme
} catch {
  // Storage may be forbidden; the system's theme it is.
}
