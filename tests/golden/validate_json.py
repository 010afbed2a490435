"""validate_json.py SCHEMA FILE: exit status 0 valid, 1 not valid, 77 no validator installed (ctest: skipped)."""
import json
import sys

try:
    from jsonschema import validators
except ImportError:
    print("skipped: the Python package jsonschema is not installed (Debian: python3-jsonschema)")
    sys.exit(77)


def main(schema_path, document_path):
    with open(schema_path, encoding="utf-8") as file:
        schema = json.load(file)
    with open(document_path, encoding="utf-8") as file:
        document = json.load(file)
    validator_class = validators.validator_for(schema)
    validator_class.check_schema(schema)
    errors = list(validator_class(schema).iter_errors(document))
    for error in errors:
        print("/" + "/".join(str(part) for part in error.absolute_path), error.message[:300])
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
