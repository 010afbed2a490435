// Queries and check files are written by people and may come from anywhere: whatever the bytes, an answer or an error.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "rules/checks/check_file.h"
#include "rules/checks/testing.h"
#include "rules/checks/traceql/evaluator.h"

using spangate::testing::BuildModel;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const spangate::TraceModel model = BuildModel({
      {.name = "root", .attributes = {{"a", int64_t{1}}, {"b", std::string("x")}, {"c", std::vector<int64_t>{1, 2}}}},
      {.name = "child", .parent = "root", .status = 2, .events = {{"e", 5, {{"a", 0.5}}}}},
      {.name = "other", .link = "child", .trace = 2},
  });
  static const spangate::traceql::TraceIndex index(model);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const spangate::Result<spangate::traceql::Query> query = spangate::traceql::Query::Parse(text);
  if (query.has_value()) spangate::traceql::Evaluator(index, query.value()).Run();
  // The same text as the query of a check, so that explanations are reached too.
  const std::string yaml =
      "version: 1\nchecks:\n  - id: a\n    each: '{ }'\n    select: |-\n      " + std::string(text);
  const spangate::Result<spangate::CheckFile> file = spangate::CheckFile::Parse(yaml, "fuzz");
  if (file.has_value()) (void)file.value().Evaluate(model);
  return 0;
}
