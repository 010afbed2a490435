// The SDK's version, reported as telemetry.sdk.version.
#pragma once

#define OPENTELEMETRY_SDK_VERSION "1.29.0-lite"
