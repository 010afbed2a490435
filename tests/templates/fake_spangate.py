#!/usr/bin/env python3
"""Stands in for spangate: notes how it was called, one JSON line per call, and exits as FAKE_STATUS_<command> says.

`run` also starts the command after "--", as the real one does, with an endpoint in the environment.
"""
import json
import os
import subprocess
import sys

arguments = sys.argv[1:]
with open(os.environ["FAKE_CALLS"], "a", encoding="utf-8") as calls:
    calls.write(json.dumps(arguments) + "\n")
status = 0
if arguments[0] == "run":
    command = arguments[arguments.index("--") + 1:]
    status = subprocess.call(command, env={**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"})
sys.exit(int(os.environ.get("FAKE_STATUS_" + arguments[0], status)))
