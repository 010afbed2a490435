#!/bin/sh
# Shows the gate at work: the shop with defects is stopped, in its source and in its telemetry, and the working shop
# passes. usage: demo.sh BUILD_DIR, from anywhere; BUILD_DIR is the build folder of spangate.
set -u

[ $# -eq 1 ] || { echo "usage: demo.sh BUILD_DIR" >&2; exit 2; }
build=$(cd "$1" && pwd) || exit 2
cd "$(dirname "$0")" || exit 2
spangate=${SPANGATE:-$build/cli/spangate}
services=$build/examples/checkout
out=$build/spangate-demo
problems=0

# expect STATUS TITLE COMMAND...: runs spangate and compares its exit status, which is what stops a merge.
expect() {
  expected=$1
  printf '\n== %s\n' "$2"
  shift 2
  printf '$ spangate %s\n' "$*"
  "$spangate" "$@"
  status=$?
  if [ "$status" -eq "$expected" ]; then
    echo "-- exit status $status, as it should be"
  else
    echo "-- exit status $status, and not $expected" >&2
    problems=$((problems + 1))
  fi
}

# reports NAME: the options that make spangate write every report format to a folder of its own.
reports() {
  mkdir -p "$out/$1"
  echo "--out $out/$1 --report sarif=$out/$1/findings.sarif --report junit=$out/$1/junit.xml --report json=$out/$1/result.json"
}

# shellcheck disable=SC2046 # the options are words on purpose
{
  expect 1 "the shop with defects: its source" \
    analyze -p "$build" --config broken/spangate.yaml $(reports broken-source) \
    broken/gateway.cc broken/checkout.cc broken/payment.cc
  expect 1 "the shop with defects: its telemetry, while its integration test passes" \
    run --config broken/spangate.yaml --timeout 60 $(reports broken-telemetry) -- \
    "$services/checkout_test" "$services/broken"
  expect 0 "the working shop: its source" \
    analyze -p "$build" --config spangate.yaml $(reports fixed-source) gateway.cc checkout.cc payment.cc
  expect 0 "the working shop: its telemetry" \
    run --config spangate.yaml --timeout 60 $(reports fixed-telemetry) -- "$services/checkout_test" "$services/fixed"
}

printf '\n== the reports\n'
for report in "$out"/*/*; do echo "$report"; done
[ "$problems" -eq 0 ] || { echo "demo.sh: $problems of 4 steps did not end as they should" >&2; exit 1; }
