#!/usr/bin/env bash
# Builds Spindle and runs all of its tests, from a fresh clone on. The last line counts test cases:
#   N passed, N failed
# The exit code is 0 only if some passed and none failed.
set -euo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")/.."

./setup.sh

build=build/release
[[ -f $build/build.ninja ]] || cmake --preset release
cmake --build "$build"

log=$build/Testing/Temporary
rm -f "$log"/LastTest.log "$log"/LastTestsFailed.log
tests_ok=true
ctest --test-dir "$build" --parallel "$(nproc)" --output-on-failure --no-tests=error ||
  tests_ok=false
touch "$log"/LastTest.log "$log"/LastTestsFailed.log # ctest leaves them out when they would be empty

# One line per test program: its name, how many of its cases passed and failed. A program without
# Catch2's summary is one case, and so is a failure that the summary does not tell of, as a crash.
counts=$(awk '
  function flush() {
    if (name == "") return
    if (!summary && !(name in failed)) pass = 1
    if (!fail && name in failed) fail = 1
    print name, pass, fail
    name = ""
  }
  FILENAME ~ /LastTestsFailed/ { sub(/^[0-9]+:/, ""); failed[$0]; next }
  /^[0-9]+\/[0-9]+ Testing: / { flush(); name = $3; summary = pass = fail = 0 }
  /^All tests passed \(/ { summary = 1; fail = 0; pass = $(NF - 2) }
  /^No tests ran/ { summary = 1; pass = fail = 0 }
  /^test cases: / {
    summary = 1; pass = fail = 0
    for (i = 4; i <= NF; i++) {
      if ($i == "passed") pass = $(i - 1)
      if ($i == "failed") fail = $(i - 1)
    }
  }
  END { flush() }
' "$log"/LastTestsFailed.log "$log"/LastTest.log)
read -r passed failed < <(awk '{ p += $2; f += $3 } END { print p + 0, f + 0 }' <<<"$counts")

# What could not be tested here, each reason with the programs that gave it.
skipped=$(awk '
  /^[0-9]+\/[0-9]+ Testing: / { name = $3 }
  sub(/^[* ]*SKIPPED: /, "") { sub(/[ *]+$/, ""); if (!seen[name, $0]++) print name ": " $0 }
' "$log"/LastTest.log)
if [[ -n $skipped ]]; then
  printf '\n*** SKIPPED, not tested on this machine:\n'
  sed 's/^/***   /' <<<"$skipped"
fi

$tests_ok || ((failed > 0)) || failed=1
printf '\n%d passed, %d failed\n' "$passed" "$failed"
((passed > 0 && failed == 0))
