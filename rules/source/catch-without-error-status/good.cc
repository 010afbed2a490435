#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();
int Work();
int Cached();
void LogError(const char* text);

int SetsStatus() {
  auto span = GetTracer()->StartSpan("order.place");
  trace::Scope scope(span);
  try {
    return Work();
  } catch (const std::exception&) {
    span->SetStatus(trace::StatusCode::kError, "order failed");
    return -1;
  }
}

void Fail(trace::Span& span, const std::exception& e) {
  span.AddEvent("exception", {{"exception.type", "std::exception"}});
  span.SetStatus(trace::StatusCode::kError);
  LogError(e.what());
}
int ThroughHelper() {
  auto span = GetTracer()->StartSpan("order.place");
  try {
    return Work();
  } catch (const std::exception& e) {
    Fail(*span, e);
    throw;
  }
}

void FailCurrent() { trace::Tracer::GetCurrentSpan()->SetStatus(trace::StatusCode::kError); }
int ThroughCurrentSpan() {
  trace::Scope scope(GetTracer()->StartSpan("order.place"));
  try {
    return Work();
  } catch (...) {
    FailCurrent();
    return -1;
  }
}

void RecordException(nostd::shared_ptr<trace::Span> span, const std::exception& e);
int ThroughUnseenHelper() {
  auto span = GetTracer()->StartSpan("order.place");
  try {
    return Work();
  } catch (const std::exception& e) {
    RecordException(span, e);
    return -1;
  }
}

// The failure is handled: a fallback, a retry, "not found", an optional step.
int FallsBack() {
  auto span = GetTracer()->StartSpan("order.price");
  try {
    return Work();
  } catch (const std::exception& e) {
    LogError(e.what());
    return Cached();
  }
}
int Retries() {
  auto span = GetTracer()->StartSpan("order.send");
  for (int i = 0; i < 3; ++i) {
    try {
      return Work();
    } catch (const std::exception& e) {
      LogError(e.what());
    }
  }
  span->SetStatus(trace::StatusCode::kError);
  return -1;
}
std::optional<int> NotFound() {
  auto span = GetTracer()->StartSpan("order.find");
  try {
    return Work();
  } catch (const std::out_of_range&) {
    return std::nullopt;
  }
}
bool IsNumber(const std::string& text) {
  auto span = GetTracer()->StartSpan("order.parse");
  try {
    return std::stoi(text) != 0;
  } catch (const std::invalid_argument&) {
    return false;
  }
}
int OptionalStep() {
  auto span = GetTracer()->StartSpan("order.place");
  try {
    Work();
  } catch (const std::exception& e) {
    std::cerr << e.what();
  }
  return Work();
}
void Ignores() {
  auto span = GetTracer()->StartSpan("order.ping");
  try {
    Work();
  } catch (...) {
  }
}

// An outer handler records.
int OuterRecords() {
  auto span = GetTracer()->StartSpan("order.place");
  try {
    try {
      return Work();
    } catch (const std::exception& e) {
      LogError(e.what());
      throw;
    }
  } catch (...) {
    span->SetStatus(trace::StatusCode::kError);
    return -1;
  }
}

// The status is set further down.
int SetsLater() {
  auto span = GetTracer()->StartSpan("order.place");
  bool ok = true;
  try {
    Work();
  } catch (const std::exception& e) {
    LogError(e.what());
    ok = false;
  }
  if (!ok) {
    span->SetStatus(trace::StatusCode::kError);
    return -1;
  }
  return 0;
}

// Someone else looks after the span.
class StatusGuard {
 public:
  explicit StatusGuard(nostd::shared_ptr<trace::Span> span) : span_(span), count_(std::uncaught_exceptions()) {}
  ~StatusGuard() {
    if (std::uncaught_exceptions() > count_) span_->SetStatus(trace::StatusCode::kError);
  }

 private:
  nostd::shared_ptr<trace::Span> span_;
  int count_;
};
int Guarded() {
  auto span = GetTracer()->StartSpan("order.place");
  StatusGuard guard(span);
  try {
    return Work();
  } catch (const std::exception& e) {
    LogError(e.what());
    throw;
  }
}

// The span ended before anything could fail, or started afterwards, or belongs to the caller.
int EndedBefore() {
  auto span = GetTracer()->StartSpan("order.check");
  span->End();
  try {
    return Work();
  } catch (...) {
    return -1;
  }
}
int StartedAfter() {
  try {
    Work();
  } catch (...) {
    return -1;
  }
  auto span = GetTracer()->StartSpan("order.place");
  return Work();
}
int CallersSpan(const nostd::shared_ptr<trace::Span>& span) {
  span->SetAttribute("order.step", 1);
  try {
    return Work();
  } catch (...) {
    return -1;
  }
}
int Inside() {
  try {
    auto span = GetTracer()->StartSpan("order.place");
    return Work();
  } catch (...) {
    return -1;
  }
}

// No failure of the operation.
struct OperationCancelled : std::exception {};
int Cancels() {
  auto span = GetTracer()->StartSpan("order.wait");
  try {
    return Work();
  } catch (const OperationCancelled&) {
    return -1;
  }
}

int StatusBeforeReturn(bool fast) {
  auto span = GetTracer()->StartSpan("order.place");
  try {
    return Work();
  } catch (const std::exception& e) {
    if (fast) {
      span->SetStatus(trace::StatusCode::kError, "fast");
    } else {
      span->SetStatus(trace::StatusCode::kError, "slow");
    }
    return -1;
  }
}

// The worst is assumed at the start and taken back at the end.
int PresetsError() {
  auto span = GetTracer()->StartSpan("order.place");
  trace::Scope scope(span);
  span->SetStatus(trace::StatusCode::kError);
  try {
    Work();
  } catch (...) {
    return -1;
  }
  span->SetStatus(trace::StatusCode::kOk);
  return 0;
}

// The code that is returned decides the status further down, is replaced, or is no failure.
int CodeDecides() {
  auto span = GetTracer()->StartSpan("order.place");
  int rc = 0;
  try {
    rc = Work();
  } catch (...) {
    rc = -1;
  }
  if (rc < 0) span->SetStatus(trace::StatusCode::kError);
  return rc;
}
int CodeIsReplaced() {
  auto span = GetTracer()->StartSpan("order.place");
  int rc = 0;
  try {
    rc = Work();
  } catch (...) {
    rc = -1;
  }
  rc = Cached();
  return rc;
}
int CodeOfLastTry() {
  auto span = GetTracer()->StartSpan("order.place");
  int rc = 0;
  for (int i = 0; i < 3; ++i) {
    try {
      rc = Work();
      break;
    } catch (...) {
      rc = -1;
    }
  }
  return rc;
}
int CodeIsAValue() {
  auto span = GetTracer()->StartSpan("order.place");
  int amount = 0;
  try {
    amount = Work();
  } catch (...) {
    amount = 7;
  }
  return amount;
}
