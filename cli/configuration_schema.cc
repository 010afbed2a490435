// The JSON Schema of spangate.yaml. configuration_test.cc compares its keys with those that the reader accepts.
#include "cli/configuration.h"

namespace spangate {

std::string_view ConfigurationSchema() {
  return R"json({
  "$schema": "http://json-schema.org/draft-07/schema#",
  "title": "spangate.yaml",
  "description": "Configuration of spangate. Relative paths resolve from the file that holds them. Globs: * stays inside one :: or / part, ** crosses.",
  "type": "object",
  "additionalProperties": false,
  "required": ["version"],
  "properties": {
    "version": {"const": 1},
    "analyze": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "compile_commands": {"description": "compile_commands.json, or the folder that holds it", "$ref": "#/definitions/text"},
        "sources": {"description": "globs on paths; findings are reported only here", "$ref": "#/definitions/texts"},
        "critical_paths": {
          "description": "entry functions, and what they must reach inside an active span",
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["entry"],
            "properties": {
              "name": {"$ref": "#/definitions/text"},
              "entry": {"description": "glob on qualified names of functions", "$ref": "#/definitions/text"},
              "reaches": {"description": "globs on qualified names of functions", "$ref": "#/definitions/texts"}
            }
          }
        },
        "span_api": {
          "description": "wrappers that start a span, beside the OpenTelemetry API",
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["start"],
            "properties": {
              "start": {"description": "glob on the qualified name of a function or constructor", "$ref": "#/definitions/text"},
              "name_argument": {"description": "0-based index of the argument that holds the span name", "type": "integer", "minimum": 0, "maximum": 255}
            }
          }
        },
        "outbound": {"description": "globs on functions that send a request to another service", "$ref": "#/definitions/texts"}
      }
    },
    "personal_data": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "fields": {"description": "globs on qualified names of fields and getters that hold personal data", "$ref": "#/definitions/texts"},
        "sanitizers": {"description": "globs on functions whose result is safe", "$ref": "#/definitions/texts"},
        "allow_keys": {"description": "attribute keys, exact or globs, that are never reported", "$ref": "#/definitions/texts"}
      }
    },
    "naming": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "attribute_namespace": {"description": "first part of your own attribute keys", "$ref": "#/definitions/text"}
      }
    },
    "run": {
      "type": "object",
      "additionalProperties": false,
      "properties": {
        "checks": {"description": "globs on check files", "$ref": "#/definitions/texts"},
        "operations": {
          "description": "named units of work that must be seen at run time",
          "type": "array",
          "items": {
            "type": "object",
            "additionalProperties": false,
            "required": ["name"],
            "properties": {
              "service": {"$ref": "#/definitions/text"},
              "name": {"description": "glob on the span name", "$ref": "#/definitions/text"},
              "kind": {"enum": ["client", "consumer", "internal", "producer", "server"]}
            }
          }
        },
        "coverage": {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "operations": {"$ref": "#/definitions/percent"},
            "span_sites": {"$ref": "#/definitions/percent"}
          }
        }
      }
    },
    "rules": {"$ref": "#/definitions/rules"},
    "overrides": {
      "description": "other rule settings for some paths",
      "type": "array",
      "items": {
        "type": "object",
        "additionalProperties": false,
        "required": ["paths", "rules"],
        "properties": {
          "paths": {"$ref": "#/definitions/texts"},
          "rules": {"$ref": "#/definitions/rules"}
        }
      }
    },
    "fail_on": {"description": "findings at or above it fail the run", "enum": ["error", "warning", "note", "never"]},
    "contract": {
      "type": "object",
      "additionalProperties": false,
      "properties": {"file": {"$ref": "#/definitions/text"}}
    },
    "baseline": {
      "type": "object",
      "additionalProperties": false,
      "properties": {"file": {"$ref": "#/definitions/text"}}
    },
    "output": {
      "type": "object",
      "additionalProperties": false,
      "properties": {"dir": {"$ref": "#/definitions/text"}}
    },
    "cache": {
      "type": "object",
      "additionalProperties": false,
      "properties": {"dir": {"$ref": "#/definitions/text"}}
    }
  },
  "definitions": {
    "text": {"type": "string", "minLength": 1},
    "texts": {"type": "array", "items": {"type": "string"}},
    "percent": {"type": "number", "minimum": 0, "maximum": 100},
    "severity": {"enum": ["error", "warning", "note"]},
    "rules": {
      "description": "settings by rule id",
      "type": "object",
      "additionalProperties": {
        "oneOf": [
          {"enum": ["off", "error", "warning", "note"]},
          {
            "type": "object",
            "additionalProperties": false,
            "properties": {"severity": {"$ref": "#/definitions/severity"}}
          }
        ]
      }
    }
  }
}
)json";
}

}  // namespace spangate
