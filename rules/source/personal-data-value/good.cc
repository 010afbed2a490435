// policy: sanitizer=shop::Tail allow=user.id
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/tracer.h>

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();

struct User {
  std::string id;
  std::string email;
  std::string name;
  std::string plan;
  bool email_verified;
};
struct Request {
  std::map<std::string, std::string> headers;
  std::string method;
};
namespace shop {
std::string Tail(const std::string& text);
struct Template {
  std::string name;
  std::string email_template;
};
}  // namespace shop
std::string Redact(const std::string& text);
std::string Sha256Hex(const std::string& text);
[[clang::annotate("spangate::sanitizer")]] std::string Coarse(const std::string& text) { return text.substr(0, 1); }
struct Mailer {
  std::string SendEmail(const User& user);
  int CountEmails() const;
};
bool IsAllowed(const std::string& name);

void Harmless(trace::Span& span, const User& user, const shop::Template& page, Mailer& mailer) {
  span.SetAttribute("user.id", user.id);
  span.SetAttribute("user.plan", user.plan);
  span.SetAttribute("user.verified", user.email_verified);
  span.SetAttribute("mail.template", page.email_template);
  span.SetAttribute("page.title", page.name);
  span.SetAttribute("mail.message_id", mailer.SendEmail(user));
  span.SetAttribute("mail.count", mailer.CountEmails());
}

void Sanitised(trace::Span& span, const User& user) {
  span.SetAttribute("order.note", Redact(user.email));
  span.SetAttribute("order.note", Sha256Hex(user.email));
  span.SetAttribute("order.note", shop::Tail(user.email));
  span.SetAttribute("order.note", Coarse(user.email));
  span.SetAttribute("order.note", static_cast<int64_t>(std::hash<std::string>()(user.email)));
  const std::string email = Redact(user.email);
  span.SetAttribute("order.mail", "mail " + email);
}

void Measured(trace::Span& span, const User& user) {
  span.SetAttribute("mail.length", static_cast<int64_t>(user.email.size()));
  span.SetAttribute("mail.known", !user.email.empty());
  span.SetAttribute("mail.local", user.email.find('@') != std::string::npos);
  span.SetAttribute("mail.same", user.email == user.id);
  const char* what = user.email.empty() ? "guest" : "member";  // the condition decides, it does not flow
  span.SetAttribute("user.type", what);
}

void Replaced(trace::Span& span, const User& user) {
  std::string text = user.email;
  text = Redact(text);
  span.SetAttribute("order.note", text);
  std::string other = user.email;
  other.clear();
  other += "none";
  span.SetAttribute("order.other", other);
  std::string early = "nothing yet";
  span.SetAttribute("order.early", early);
  early = user.email;
  User masked = user;
  masked.email = Redact(user.email);
  span.SetAttribute("order.masked", masked.email);
}

// Only harmless parts are used.
std::string Describe(const User& user) { return "user " + user.id; }
std::string MaskedMail(const User& user) { return Redact(user.email); }
void Note(trace::Span& span, const std::string& text) { span.SetAttribute("app.note", text); }
void Calls(trace::Span& span, const User& user) {
  span.SetAttribute("app.info", Describe(user));
  span.SetAttribute("app.info", MaskedMail(user));
  Note(span, user.id);
  Note(span, Redact(user.email));
  std::ostringstream stream;
  stream << "plan " << user.plan;
  span.SetAttribute("app.stream", stream.str());
}

// A parameter with a telling name that only ever gets the redacted form.
static void NoteMail(trace::Span& span, const std::string& email) { span.SetAttribute("app.note", email); }
void CallsNoteMail(trace::Span& span, const User& user) { NoteMail(span, Redact(user.email)); }

// Chosen headers only.
void CopiesSome(trace::Span& span, Request& request) {
  for (const auto& header : request.headers) {
    if (!IsAllowed(header.first)) continue;
    span.SetAttribute("http.request.header." + header.first, header.second);
  }
  span.SetAttribute("http.request.method", request.method);
  span.SetAttribute("app.accept", request.headers["Accept"]);
  span.SetAttribute("app.region", std::getenv("REGION"));
}

// Literals that are no secrets.
void Literals(trace::Span& span) {
  span.SetAttribute("db.note", "postgres://db/x");
  span.SetAttribute("app.contact", "support@shop.test");
  span.SetAttribute("app.version", "1.2.3");
  span.SetAttribute("app.commit", "9fceb02d0ae598e95dc970b74767f19372d61af8");
  span.SetAttribute("app.doc", "user@example.com");
  span.SetAttribute("app.count", 4111);
}

// Not telemetry.
struct Mail {
  void SetAttribute(const char*, const std::string&) {}
};
void Sends(Mail& mail, const User& user) { mail.SetAttribute("to", user.email); }

// Members that say nothing about a person with their owner either.
struct Card {
  std::string number;
  std::string last4;
  std::string brand;
};
struct Invoice {
  std::string number;
};
struct Service {
  std::string name;
  std::string zone;
};
struct Customer {
  std::string plan;
  Service service;
};
void WithOwner(trace::Span& span, const Card& card, const Invoice& invoice, const Customer& customer) {
  span.SetAttribute("app.a", card.last4);
  span.SetAttribute("app.b", card.brand);
  span.SetAttribute("app.c", invoice.number);
  span.SetAttribute("app.d", customer.service.name);
}

// What is found by it is something else.
std::string Lookup(const std::string& email);
void LooksUp(trace::Span& span, const User& user) { span.SetAttribute("app.plan", Lookup(user.email)); }
