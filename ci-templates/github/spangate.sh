#!/bin/sh
# The body of the GitHub action: finds spangate, calls it for the source and for the test run, and tells GitHub where
# the reports are. It decides nothing: findings, their severity and the status are spangate's.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=${INPUT_OUTPUT_DIR:-spangate-out}

fail() { # what is wrong and how to cure it
  echo "::error title=spangate::$1"
  exit 2
}

# The path given, else the one on PATH, else this action's own version, built from the files it came with.
find_spangate() {
  if [ -n "${INPUT_SPANGATE:-}" ]; then
    [ -x "$INPUT_SPANGATE" ] || fail "the input spangate names no program; give the path of the executable"
    spangate=$INPUT_SPANGATE
  elif command -v spangate >/dev/null; then
    spangate=spangate
  else
    echo "::group::Build spangate"
    sh "$here/../../dev" build || fail "spangate could not be built; install it and set the input spangate"
    echo "::endgroup::"
    spangate=$here/../../build/release/cli/spangate
  fi
}

# spangate_with NAME ARGUMENTS...: the options that both parts share, then ARGUMENTS. Keeps the gravest status.
spangate_with() {
  part=$1
  command=$2
  shift 2
  [ -z "${INPUT_FAIL_ON:-}" ] || set -- --fail-on "$INPUT_FAIL_ON" "$@"
  [ -z "${INPUT_CONFIG:-}" ] || set -- --config "$INPUT_CONFIG" "$@"
  set -- "$command" --out "$out" --report "sarif=$out/$part.sarif" --report "junit=$out/$part.xml" \
    --report "json=$out/$part.json" "$@"
  part_status=0
  "$spangate" "$@" || part_status=$?
  # Findings (1) give way to what kept a part from working.
  [ "$status" -gt 1 ] || [ "$part_status" -eq 0 ] || status=$part_status
  printf '| %s | %s |\n' "$part" "$part_status" >>"$rows"
}

analyze() {
  set --
  [ -z "${INPUT_LINK:-}" ] || set -- --link "$INPUT_LINK"
  [ -z "${INPUT_COMPILE_COMMANDS:-}" ] || set -- --build-dir "$INPUT_COMPILE_COMMANDS" "$@"
  [ -z "${INPUT_NEW_FROM:-}" ] || set -- --new-from "$INPUT_NEW_FROM" "$@"
  [ -z "${INPUT_BASELINE:-}" ] || set -- --baseline "$INPUT_BASELINE" "$@"
  [ -z "${INPUT_CACHE_DIR:-}" ] || set -- --cache-dir "$INPUT_CACHE_DIR" "$@"
  spangate_with source analyze "$@"
}

# One job of a matrix: observes its part; the job with the input link judges all of them.
shard() {
  set -- analyze --build-dir "$INPUT_COMPILE_COMMANDS" --shard "$INPUT_SHARD" \
    --facts-out "$out/shard-$(printf %s "$INPUT_SHARD" | tr / -).facts"
  [ -z "${INPUT_CONFIG:-}" ] || set -- "$@" --config "$INPUT_CONFIG"
  [ -z "${INPUT_CACHE_DIR:-}" ] || set -- "$@" --cache-dir "$INPUT_CACHE_DIR"
  "$spangate" "$@" || status=$?
  printf '| shard %s | %s |\n' "$INPUT_SHARD" "$status" >>"$rows"
}

run() {
  set -- -- sh -ec "$INPUT_RUN"
  [ -z "${INPUT_TIMEOUT:-}" ] || set -- --timeout "$INPUT_TIMEOUT" "$@"
  # One glob per line; the words of a line stay together.
  while IFS= read -r glob; do
    [ -z "$glob" ] || set -- --checks "$glob" "$@"
  done <<LINES
${INPUT_CHECKS:-}
LINES
  spangate_with telemetry run "$@"
}

[ -n "${INPUT_COMPILE_COMMANDS:-}${INPUT_RUN:-}${INPUT_LINK:-}" ] ||
  fail "nothing to do: set the input compile-commands, link or run"
[ -z "${INPUT_SHARD:-}" ] || [ -n "${INPUT_COMPILE_COMMANDS:-}" ] || fail "the input shard needs compile-commands"
[ -z "${INPUT_SHARD:-}" ] || [ -z "${INPUT_LINK:-}${INPUT_RUN:-}" ] ||
  fail "the input shard only observes: give link and run to the job that judges"
case $out in *"
"*) fail "the input output-dir spans several lines" ;; esac

find_spangate
mkdir -p "$out"
rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
status=0
echo "::add-matcher::$here/problem-matcher.json"
if [ -n "${INPUT_SHARD:-}" ]; then shard
elif [ -n "${INPUT_COMPILE_COMMANDS:-}${INPUT_LINK:-}" ]; then analyze; fi
[ -z "${INPUT_RUN:-}" ] || run
echo "::remove-matcher owner=spangate::"

{
  echo "### spangate"
  echo
  echo "| part | exit status |"
  echo "| --- | --- |"
  cat "$rows"
} >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
{
  echo "status=$status"
  echo "reports=$out"
} >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$status"
