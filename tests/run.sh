#!/usr/bin/env bash
# Builds Spindle and runs all of its tests, from a fresh clone on. The last line counts test cases:
#   N passed, N failed
# The exit code is 0 only if some passed and none failed.
set -euo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")/.."

./setup.sh

# Runs what `ctest` arguments after the build folder name, and adds its cases to `passed` and
# `failed`.
passed=0
failed=0
run_tests() {
  local build=$1 ok=true
  shift
  local log=$build/Testing/Temporary
  rm -f "$log"/LastTest.log "$log"/LastTestsFailed.log
  ctest --test-dir "$build" --parallel "$(nproc)" --output-on-failure --no-tests=error "$@" || ok=false
  touch "$log"/LastTest.log "$log"/LastTestsFailed.log # ctest leaves them out when they would be empty

  # One line per test program: its name, how many of its cases passed and failed. A program without
  # Catch2's summary is one case, and so is a failure that the summary does not tell of, as a crash.
  local counts more_passed more_failed
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
  read -r more_passed more_failed < <(awk '{ p += $2; f += $3 } END { print p + 0, f + 0 }' <<<"$counts")
  $ok || ((more_failed > 0)) || more_failed=1
  ((passed += more_passed, failed += more_failed)) || true
}

skipped=
[[ -f build/release/build.ninja ]] || cmake --preset release
cmake --build --preset release
run_tests build/release

# A share of them once more, compiled with sanitizers.
if echo 'int main() {}' | clang++-19 -fsanitize=address,undefined -x c++ - -o /dev/null 2>/dev/null; then
  [[ -f build/asan-share/build.ninja ]] || cmake --preset asan-share
  cmake --build --preset asan-share
  run_tests build/asan-share --label-regex sanitized_share
else
  skipped=$'the share under sanitizers: there is no clang++-19 with its runtime\n'
fi

# What could not be tested here, each reason with the programs that gave it.
skipped+=$(awk '
  /^[0-9]+\/[0-9]+ Testing: / { name = $3 }
  sub(/^[* ]*SKIPPED: /, "") { sub(/[ *]+$/, ""); if (!seen[name, $0]++) print name ": " $0 }
' build/release/Testing/Temporary/LastTest.log)
if [[ -n $skipped ]]; then
  printf '\n*** SKIPPED, not tested on this machine:\n'
  sed 's/^/***   /' <<<"$skipped"
fi

printf '\n%d passed, %d failed\n' "$passed" "$failed"
((passed > 0 && failed == 0))
