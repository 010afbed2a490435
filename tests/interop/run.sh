#!/bin/sh
# run.sh BUILD_DIR: real OpenTelemetry SDKs under `spangate run`. A client whose toolchain or registry is absent is named.
set -eu
spangate=$(realpath "$1/cli/spangate")
cd "$(dirname "$0")"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

passed=0
failed=0
skipped=0
expect() { # status name checks command...
  status=$1 name=$2 checks=$3
  shift 3
  got=0
  "$spangate" run --no-config --quiet --out "$out" --name "$name" --checks "$checks" --report "text=$out/$name.txt" -- "$@" >"$out/$name.log" 2>&1 || got=$?
  if [ "$got" = "$status" ]; then
    passed=$((passed + 1))
    echo "ok    $name: status $got"
  else
    failed=$((failed + 1))
    echo "FAIL  $name: status $got, expected $status"
    cat "$out/$name.txt" "$out/$name.log" 2>/dev/null || true
  fi
}

if command -v npm >/dev/null 2>&1 && (cd js && npm ci --no-audit --no-fund --silent >/dev/null 2>&1); then
  for compression in none gzip; do
    expect 0 "js-http-protobuf-$compression" shop.checks.yaml node js/app.js proto "$compression"
    expect 0 "js-http-json-$compression" shop.checks.yaml node js/app.js json "$compression"
  done
  expect 1 "js-http-protobuf-wrong-checks" wrong.checks.yaml node js/app.js proto
else
  skipped=$((skipped + 1))
  echo "skip  JavaScript: npm is not here, or its registry does not answer"
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
