#!/usr/bin/env bash
# The whole test: types, lint, unit tests, then everything with real parts.
set -uo pipefail
cd "$(dirname "$0")/.."
bash test/install-debian.sh || exit 1
npm run --silent typecheck && npm run --silent lint || exit 1
report=$(mktemp)
npx vitest run --reporter=default --reporter=json --outputFile.json="$report"
status=$?
# One plain closing line for people and for build servers.
node -e '
  const r = JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))
  console.log(`${r.numPassedTests} passed, ${r.numFailedTests} failed, ${r.numPendingTests + r.numTodoTests} skipped`)
' "$report" || status=1
rm -f "$report"
exit $status
