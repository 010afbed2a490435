#include "reports/sample_run.h"

#include "reports/utf8.h"

namespace spangate {
namespace {

constexpr std::string_view kCheckout =
    "#include \"checkout.h\"\n"
    "\n"
    "void Checkout::Place(const Order& order) {\n"
    "\tauto span = tracer->StartSpan(\"f\xC3\xBCr \xE6\xB3\xA8\xE6\x96\x87 \xF0\x9F\x9B\x92 \" + order.id);\n"
    "  span->SetAttribute(\"card\", \"4111 1111 1111 1111\");\n"
    "  charge(order);  \xE2\x80\xAE// hidden\n"
    "}\n";

constexpr std::string_view kHostile =
    "a<b>&\"']]>\x1b[31m\x01\xff\xc0\xaf \xEF\xBF\xBE | ](x) ::error::\r\n<!-- -->\t\xE2\x80\xAE";

Finding OverSource() {
  Finding finding;
  finding.rule = "span-name-not-constant";
  finding.category = Category::kSpanName;
  finding.severity = Severity::kWarning;
  finding.message = "span name is not a constant";
  finding.where = {"src/check out.cc", 4, 13, 4, 61};
  finding.function = "shop::Checkout::Place";
  finding.flow = {{{"src/check out.cc", 3, 6, 3, 21}, "entered here"},
                  {{"src/check out.cc", 6, 3, 6, 16}, "leaves [here](1)"}};
  finding.evidence = {"operand order.id is read at run time"};
  finding.hint = "use a constant, and an attribute for the id";
  finding.fingerprint = "v1:00112233445566778899aabbccddeeff";
  return finding;
}

Finding OverSecret() {
  Finding finding;
  finding.rule = "pii-value";
  finding.category = Category::kPiiValueFlow;
  finding.severity = Severity::kError;
  finding.message = "attribute 'card' holds a card number";
  finding.where = {"src/check out.cc", 5, 30, 5, 51};
  finding.sensitive_source = true;
  finding.evidence = {"detector card, value 4*** **** **** 1111"};
  finding.fingerprint = "v1:ffeeddccbbaa99887766554433221100";
  return finding;
}

Finding OverTelemetry() {
  Finding finding;
  finding.rule = "orphan-span";
  finding.category = Category::kStructure;
  finding.severity = Severity::kError;
  finding.message = "parent span is not in the capture";
  finding.telemetry = TelemetryPlace{"payment",         "shop.payment", std::string(kHostile),
                                     "client",          "user.email",   "4bf92f3577b34da6a3ce929d0e0e4736",
                                     "00f067aa0ba902b7"};
  finding.occurrences = 12;
  finding.evidence = {std::string(kHostile)};
  finding.hint = std::string(kHostile);
  finding.fingerprint = "v1:0123456789abcdef0123456789abcdef";
  return finding;
}

Finding Known() {
  Finding finding;
  finding.rule = "scope-discarded";
  finding.category = Category::kLifecycleScope;
  finding.severity = Severity::kError;
  finding.message = "scope is dropped at once";
  finding.where = {"src/check out.cc", 6, 3, 6, 16};
  finding.function = "shop::Checkout::Place";
  finding.fingerprint = "v1:0f1e2d3c4b5a69788796a5b4c3d2e1f0";
  finding.known = true;
  return finding;
}

CheckResult Check(std::string id, uint32_t line, CheckResult::Outcome outcome) {
  CheckResult check;
  check.id = std::move(id);
  check.where = {"tests/checkout.checks.yaml", line, 5, line, 20};
  check.outcome = outcome;
  check.select = "{ name = \"charge\" }";
  if (outcome != CheckResult::Outcome::kSkipped) {
    check.expected = "count >= 1";
    check.found = outcome == CheckResult::Outcome::kPassed ? "count = 2" : "count = 0";
  }
  return check;
}

std::vector<CheckResult> Checks() {
  using enum CheckResult::Outcome;
  std::vector<CheckResult> checks = {Check("one-trace", 4, kPassed), Check("charge is a child", 9, kFailed),
                                     Check("edge checkout -> payment", 14, kSkipped), Check("latency", 19, kError),
                                     Check("latency", 24, kPassed)};
  checks[1].details = {"nearest: span \"charge\" is a root span", std::string(kHostile)};
  checks[1].hint = "pass the context to the client";
  checks[3].found = "20 spans are needed, 3 were seen";
  return checks;
}

RunInfo Info() {
  RunInfo info;
  info.version = "0.1.0";
  info.command = "run";
  info.started_at = "2026-01-05T10:00:00Z";
  info.duration_ms = 1234;
  info.child_exit = 0;
  info.verdict = Verdict::kIncomplete;
  info.exit_status = 3;
  info.translation_units = 3;
  info.clean = 1;
  info.recovered = 1;
  info.failed = 1;
  info.sites_missed = 2;
  info.incomplete = {"src/broken.cc: 'opentelemetry/trace/span.h' file not found", std::string(kHostile)};
  info.gaps = {{"v1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "not-analysed",
                {"src/broken.cc", 0, 0, 0, 0},
                info.incomplete.front(),
                false},
               {"v1:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
                "site-missed",
                {"src/old.cc", 7, 0, 0, 0},
                "src/old.cc:7: StartSpan is in the text, but could not be analysed",
                true}};
  info.files = {"src/check out.cc", "src/old.cc"};
  info.baseline = ".spangate-baseline.jsonl";
  info.spans = 120;
  info.logs = 0;
  info.points = 7;
  info.capture = "spangate-out/run.spgcap";
  info.notes = {"p95 over 3 spans says little", std::string(kHostile)};
  return info;
}

// Bytes that break formats come up more often than chance would have them.
std::string RandomText(std::mt19937& random) {
  constexpr std::string_view kNasty[] = {"]]>", "\x1b[", "\xff", "\xF0\x9F", "\xEF\xBF\xBF", "<", "&",
                                         "\"",  "\0",    "\n",   " "};
  std::string text;
  const size_t parts = random() % 12;
  for (size_t i = 0; i < parts; ++i) {
    if (random() % 3 == 0) {
      text += kNasty[random() % std::size(kNasty)];
    } else {
      text += static_cast<char>(random() % 256);
    }
  }
  return text;
}

template <class Change>
void EachText(RunResult& run, Change change) {
  const auto place = [&](Location& where) { change(where.path); };
  const auto list = [&](std::vector<std::string>& texts) {
    for (std::string& text : texts) change(text);
  };
  for (Finding& f : run.findings) {
    for (std::string* text : {&f.rule, &f.message, &f.function, &f.hint, &f.fingerprint}) change(*text);
    place(f.where);
    if (f.telemetry.has_value()) {
      TelemetryPlace& t = *f.telemetry;
      for (std::string* text :
           {&t.service_name, &t.scope_name, &t.span_name, &t.kind, &t.attribute_key, &t.trace_id, &t.span_id}) {
        change(*text);
      }
    }
    for (FlowStep& step : f.flow) {
      place(step.where);
      change(step.message);
    }
    list(f.evidence);
  }
  for (CheckResult& c : run.checks) {
    for (std::string* text : {&c.id, &c.select, &c.expected, &c.found, &c.hint}) change(*text);
    place(c.where);
    list(c.details);
  }
  for (RuleRun& rule : run.rules) {
    for (std::string* text : {&rule.id, &rule.summary, &rule.reference}) change(*text);
  }
  RunInfo& info = run.info;
  for (std::string* text :
       {&info.version, &info.command, &info.started_at, &info.tool_error, &info.capture, &info.baseline}) {
    change(*text);
  }
  for (Gap& gap : info.gaps) {
    for (std::string* text : {&gap.fingerprint, &gap.kind, &gap.text}) change(*text);
    place(gap.where);
  }
  list(info.files);
  list(info.incomplete);
  list(info.notes);
}

}  // namespace

RunResult SampleRun() {
  RunResult run;
  run.info = Info();
  run.findings = {OverSource(), OverSecret(), Known(), OverTelemetry()};
  run.checks = Checks();
  run.rules = {{"orphan-span", "Parent span was not received", "https://opentelemetry.io/docs/specs/otel/trace/api/",
                Category::kStructure, Severity::kError, Trust::kRecommended},
               {"pii-value", "Personal data in an attribute value", "", Category::kPiiValueFlow, Severity::kError,
                Trust::kStrict},
               {"scope-discarded", "Scope is dropped at once", "not a link", Category::kLifecycleScope,
                Severity::kError, Trust::kRecommended},
               {"span-name-not-constant", "Span name is computed at run time",
                "https://opentelemetry.io/docs/specs/otel/trace/api/#span", Category::kSpanName, Severity::kWarning,
                Trust::kRecommended}};
  return run;
}

std::optional<std::string_view> SampleSource(const std::string& path) {
  if (path == "src/check out.cc") return kCheckout;
  return std::nullopt;
}

RunResult RandomRun(std::mt19937& random) {
  RunResult run = SampleRun();
  EachText(run, [&](std::string& text) { text = RandomText(random); });
  const auto place = [&](Location& where) {
    for (uint32_t* number : {&where.line, &where.column, &where.end_line, &where.end_column}) {
      *number = random() % 4 == 0 ? static_cast<uint32_t>(random()) : static_cast<uint32_t>(random() % 10);
    }
    if (random() % 2 == 0) where.path = "src/check out.cc";
  };
  for (Finding& finding : run.findings) {
    place(finding.where);
    for (FlowStep& step : finding.flow) place(step.where);
    finding.occurrences = random() % 3;
  }
  for (CheckResult& check : run.checks) place(check.where);
  run.info.verdict = static_cast<Verdict>(random() % 4);
  return run;
}

RunResult WithoutInvalidUtf8(RunResult run) {
  EachText(run, [](std::string& text) {
    std::string clean;
    for (std::string_view rest = text; !rest.empty();) {
      const CodePoint point = FrontCodePoint(rest);
      if (point.valid) clean += rest.substr(0, point.length);
      rest.remove_prefix(point.length);
    }
    text = clean;
  });
  return run;
}

}  // namespace spangate
