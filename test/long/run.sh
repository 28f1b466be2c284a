#!/usr/bin/env bash
# `npm run test:long`: every test that has a long form, in that form, on a PostgreSQL of its own, and those that kill
# servers on the embedded database too; then the table of all. SEED repeats a run. Half an hour to an hour; what takes
# longer than that is ended and counts as failed.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/postgres.sh
trap remove_postgres EXIT

export LONG=1
export SEED=${SEED:-$((RANDOM * RANDOM % 1000000))}
echo "seed $SEED"

# Of all files, or of those whose path holds what was asked for.
with_long_form() {
  {
    grep -rl --include='*.test.ts' --include='*.test.tsx' 'process\.env\.LONG' test || true
    ls test/long/*.test.ts
  } | sort -u | grep -- "${1:-}" || true
}
of_servers() { grep '^test/faults/[^/]*$' || true; }

status=0
files=$(with_long_form "${1:-}")
if [ -z "$files" ]; then
  echo "no test with a long form is called ${1:-anything}"
  exit 1
fi

install_missing sqlmap
start_postgres
echo "=== the long forms on PostgreSQL"
# shellcheck disable=SC2086
timeout --foreground 45m npx vitest run $files || status=1

files=$(echo "$files" | of_servers)
if [ -n "$files" ]; then
  echo "=== those that kill servers on the embedded database"
  # shellcheck disable=SC2086
  env -u TEST_DATABASE_URL timeout --foreground 15m npx vitest run $files || status=1
fi

npm run bar
echo "seed $SEED"
exit "$status"
