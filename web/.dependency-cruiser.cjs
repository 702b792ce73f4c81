/** The web rooms: routes -> features -> api -> domain, and ui under everything. */
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to })

module.exports = {
  forbidden: [
    rule(
      "no-cycles",
      "A cycle has no first reader: move the shared piece down.",
      {},
      { circular: true },
    ),
    rule(
      "ui-is-a-leaf",
      "ui knows no words of the product; pass text and values in as props.",
      { path: "^src/ui/" },
      { path: "^src/(?!ui/)" },
    ),
    rule(
      "domain-is-pure",
      "domain is functions over values: no React, no network, no other room.",
      { path: "^src/domain/", pathNot: "\\.test\\.ts$" },
      {
        path: "^(src/(?!domain/)|node_modules/(react|react-dom|@tanstack|lucide-react|radix-ui|dompurify)/)",
      },
    ),
    rule(
      "api-below-features",
      "api serves features; it may use domain only.",
      { path: "^src/api/" },
      { path: "^src/(?!api/|domain/)" },
    ),
    rule(
      "features-by-the-front-door",
      "One feature enters another by its index.ts.",
      { path: "^src/features/([^/]+)/" },
      { path: "^src/features/(?!$1/)[^/]+/(?!index\\.ts$)" },
    ),
    rule(
      "routes-by-the-front-door",
      "Routes enter features by their index.ts.",
      { path: "^src/routes/" },
      { path: "^src/features/[^/]+/(?!index\\.ts$)" },
    ),
    rule(
      "nothing-imports-routes",
      "Routes are the top; only main.tsx mounts them.",
      { path: "^src/(?!main\\.tsx$|routes/)" },
      { path: "^src/routes/" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js", ".css"] },
  },
}
