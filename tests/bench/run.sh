#!/bin/sh
# Benches of a release build: run.sh BUILD_DIR --compile-commands DIR --root DIR [--compile-commands DIR --root DIR]...
# [--match TEXT] [--limit N] [--runs N] [--trees N,...] [--only GROUP,...]; ends with 1 when a bar of analyze_bench.py is missed.
set -eu
build=$1
shift
grep -q '^CMAKE_BUILD_TYPE:STRING=Release' "$build/CMakeCache.txt" && grep -Eq '^SPANGATE_SANITIZE:[A-Z]+=$' "$build/CMakeCache.txt" || {
  echo "bench: $build is no release build without sanitizers; build one with: cmake --workflow --preset release" >&2
  exit 1
}
case " $* " in
  *" --compile-commands "*) ;;
  *)
    echo "bench: give the translation units: --compile-commands DIR --root DIR (a configured checkout of a C++ project)" >&2
    exit 1
    ;;
esac
echo "== decoding, one thread"
"$build/tests/bench/spangate_decode_bench" --benchmark_repetitions=3 --benchmark_report_aggregates_only=true
echo "== linking the facts of 20,000 translation units"
python3 "$(dirname "$0")/link_bench.py" --spangate "$build/cli/spangate" --make-facts "$build/tests/bench/spangate_make_facts"
echo "== analyzing"
python3 "$(dirname "$0")/analyze_bench.py" --spangate "$build/cli/spangate" "$@"
