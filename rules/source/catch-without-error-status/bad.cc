#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/scope.h>
#include <opentelemetry/trace/tracer.h>

#include <iostream>
#include <stdexcept>
#include <string>

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();
int Work();
void LogError(const char* text);

namespace grpc {
enum StatusCode { OK, INTERNAL };
struct Status {
  Status() = default;
  Status(StatusCode code, const std::string& text);
};
}  // namespace grpc

int ReturnsErrorCode() {
  auto span = GetTracer()->StartSpan("order.place");
  trace::Scope scope(span);
  try {
    return Work();
  } catch (const std::exception&) {  // expect: catch block leaves span 'order.place' without error status
    return -1;
  }
}

int Rethrows() {
  auto span = GetTracer()->StartSpan("order.place");
  try {
    return Work();
  } catch (...) {  // expect: catch block leaves span 'order.place' without error status
    LogError("order failed");
    throw;
  }
}

bool ReturnsFalse() {
  trace::Scope scope(GetTracer()->StartSpan("order.store"));
  try {
    Work();
  } catch (const std::runtime_error& e) {  // expect: catch block leaves span 'order.store' without error status
    std::cerr << e.what();
    return false;
  }
  return true;
}

grpc::Status ReturnsStatus() {
  auto span = GetTracer()->StartSpan("rpc");
  auto scope = trace::Tracer::WithActiveSpan(span);
  try {
    Work();
  } catch (const std::exception& e) {  // expect: catch block leaves span 'rpc' without error status
    span->AddEvent("exception", {{"exception.type", "std::exception"}});
    span->End();
    return grpc::Status(grpc::StatusCode::INTERNAL, "failed");
  }
  return grpc::Status();
}

int Translates() {
  auto span = GetTracer()->StartSpan("order.translate");
  try {
    return Work();
  } catch (const std::logic_error&) {  // expect: catch block leaves span 'order.translate'
    throw std::runtime_error("order failed");
  } catch (const std::exception&) {
    span->SetStatus(trace::StatusCode::kError);
    throw;
  }
}

void OnlyLogs() {
  auto span = GetTracer()->StartSpan("order.mail");
  try {
    Work();
  } catch (const std::exception& e) {  // expect: catch block leaves span 'order.mail' without error status
    std::cerr << "mail failed: " << e.what() << "\n";
  }
  span->End();
}

int SaysOk() {
  auto span = GetTracer()->StartSpan("order.ok");
  try {
    return Work();
  } catch (...) {  // expect: catch block leaves span 'order.ok' without error status
    span->SetStatus(trace::StatusCode::kOk);
    throw;
  }
}

int* ReturnsNull() {
  auto span = GetTracer()->StartSpan("order.load");
  try {
    Work();
    return new int(1);
  } catch (const std::exception&) {  // expect: catch block leaves span 'order.load' without error status
    return nullptr;
  }
}

// The status of before is not the status of this failure... but a status set in the try block is not either.
int SetsTooEarly() {
  auto span = GetTracer()->StartSpan("order.early");
  try {
    if (Work() == 0) {
      span->SetStatus(trace::StatusCode::kError, "empty");
      return 1;
    }
    return Work();
  } catch (const std::exception&) {  // expect: catch block leaves span 'order.early' without error status
    return -2;
  }
}

// The preset was taken back before the failure.
int TakesBackTooEarly() {
  auto span = GetTracer()->StartSpan("order.preset");
  span->SetStatus(trace::StatusCode::kError);
  Work();
  span->SetStatus(trace::StatusCode::kOk);
  try {
    return Work();
  } catch (...) {  // expect: catch block leaves span 'order.preset' without error status
    return -1;
  }
}

int KeepsCode() {
  auto span = GetTracer()->StartSpan("order.code");
  int rc = 0;
  try {
    rc = Work();
  } catch (const std::exception&) {  // expect: catch block leaves span 'order.code' without error status
    rc = -1;
  }
  span->End();
  return rc;
}

bool KeepsFlag() {
  auto span = GetTracer()->StartSpan("order.flag");
  bool ok = true;
  try {
    Work();
  } catch (const std::exception& e) {  // expect: catch block leaves span 'order.flag' without error status
    LogError(e.what());
    ok = false;
  }
  return ok;
}
