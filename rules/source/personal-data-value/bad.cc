// policy: personal=shop::Ticket::holder
#include <opentelemetry/baggage/baggage.h>
#include <opentelemetry/nostd/shared_ptr.h>
#include <opentelemetry/trace/provider.h>
#include <opentelemetry/trace/tracer.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace baggage = opentelemetry::baggage;
namespace nostd = opentelemetry::nostd;
namespace trace = opentelemetry::trace;

nostd::shared_ptr<trace::Tracer> GetTracer();

struct User {
  std::string id;
  std::string email;
  [[clang::annotate("spangate::personal")]] std::string handle;
  std::string getPhoneNumber() const;
  const std::string& password() const { return secret_; }

 private:
  std::string secret_;
};
struct Request {
  std::map<std::string, std::string> headers;
  std::string target;
};
namespace shop {
struct Ticket {
  std::string holder;
};
}  // namespace shop

void Direct(trace::Span& span, const User& user, const shop::Ticket& ticket) {
  span.SetAttribute("order.note", user.email);             // expect: 'user.email' (contact data: email) reaches attribute 'order.note'
  span.SetAttribute("order.note", user.getPhoneNumber());  // expect: 'user.getPhoneNumber()' (contact data
  span.SetAttribute("order.note", user.password());        // expect: 'secret_' (credential
  span.SetAttribute("order.origin", user.handle);          // expect: 'user.handle' (annotated as personal data)
  span.SetAttribute("ticket.info", ticket.holder);         // expect: 'ticket.holder' (configured as personal data)
}

void Parameter(trace::Span& span, const std::string& email, std::string card_number) {
  span.SetAttribute("order.note", email);        // expect: 'email' (contact data: email)
  span.SetAttribute("order.note", card_number);  // expect: 'card_number' (financial
}

void ThroughLocals(trace::Span& span, const User& user) {
  std::string text = "u=" + user.getPhoneNumber();
  const std::string& alias = text;
  std::string copy = alias;
  span.SetAttribute("app.info", copy);  // expect: 'user.getPhoneNumber()'
}

void Builds(trace::Span& span, const User& user) {
  std::string text = "user ";
  text += user.email;
  span.SetAttribute("app.info", text);  // expect: 'user.email'
  std::string more;
  more.append("mail: ").append(user.email);
  span.SetAttribute("app.more", more);  // expect: 'user.email'
  std::ostringstream stream;
  stream << "mail " << user.email << ";";
  span.SetAttribute("app.stream", stream.str());  // expect: 'user.email'
  char buffer[64];
  std::snprintf(buffer, sizeof(buffer), "mail %s", user.email.c_str());
  span.SetAttribute("app.buffer", buffer);  // expect: 'user.email'
  span.SetAttribute("db.query.text", "SELECT * FROM t WHERE mail='" + user.email + "'");  // expect: 'user.email'
}

void Shapes(trace::Span& span, const User& user, bool full, const std::vector<std::string>& emails) {
  span.SetAttribute("app.info", full ? user.email : user.id);            // expect: 'user.email'
  span.SetAttribute("app.info", user.email.substr(0, 20));               // expect: 'user.email'
  span.SetAttribute("app.info", nostd::string_view(user.email.c_str()));  // expect: 'user.email'
  auto pair = std::make_pair(user.id, user.email);
  span.SetAttribute("app.info", std::move(pair).second);  // expect: 'user.email'
  for (const std::string& one : emails) span.SetAttribute("app.one", one);  // expect: 'emails'
}

// Across functions.
std::string Describe(const User& user) { return "user " + user.email; }
std::string Wrap(const std::string& text) { return "<" + text + ">"; }
void Note(trace::Span& span, const std::string& text) {
  span.SetAttribute("app.note", text);  // expect: 'user.email' (contact data: email) reaches attribute 'app.note'
}
void Calls(trace::Span& span, const User& user) {
  span.SetAttribute("app.info", Describe(user));    // expect: 'user.email'
  span.SetAttribute("app.info", Wrap(user.email));  // expect: 'user.email'
  Note(span, user.email);
}

// Through a member.
class Handler {
 public:
  explicit Handler(const User& user) : note_("for " + user.email) {}
  void Run(trace::Span& span) { span.SetAttribute("app.note", note_); }  // expect: 'user.email'

 private:
  std::string note_;
};
void UseHandler(trace::Span& span, const User& user) { Handler(user).Run(span); }

// Other ways out.
void OtherSinks(trace::Span& span, const User& user) {
  span.AddEvent("login", {{"login.note", user.email}});                   // expect: reaches event attribute 'login.note'
  span.SetStatus(trace::StatusCode::kError, "no user " + user.email);     // expect: reaches status description
  auto child = GetTracer()->StartSpan("order", {{"order.by", user.email}});  // expect: reaches attribute 'order.by'
}
nostd::shared_ptr<baggage::Baggage> Carries(baggage::Baggage& bag, const User& user) {
  return bag.Set("origin", user.email);  // expect: 'user.email' (contact data: email) reaches baggage entry 'origin'
}

// By the name that is looked up.
void LookUps(trace::Span& span, Request& request) {
  span.SetAttribute("app.a", request.headers["Authorization"]);      // expect: 'Authorization'
  span.SetAttribute("app.b", request.headers.at("Cookie"));          // expect: 'Cookie'
  span.SetAttribute("app.c", std::getenv("DB_PASSWORD"));            // expect: 'DB_PASSWORD'
}

// Everything that came with the request.
void CopiesHeaders(trace::Span& span, const Request& request) {
  for (const auto& header : request.headers) {
    span.SetAttribute("http.header." + header.first, header.second);  // expect: every entry of 'request.headers'
  }
}

// In the code itself.
void Literals(trace::Span& span) {
  span.SetAttribute("db.note", "postgres://svc:Tr0ub4dor3@db/x");  // expect: reaches attribute 'db.note'
  const std::string header = "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJlMTIz";
  span.SetAttribute("app.header", header);  // expect: reaches attribute 'app.header'
}

// Sanitised on one way only.
std::string Redact(const std::string& text);
void Sometimes(trace::Span& span, const User& user, bool full) {
  std::string text = user.email;
  if (!full) text = Redact(text);
  span.SetAttribute("app.info", text);  // expect: 'user.email'
}

// A member that says what it is together with its owner.
struct Card {
  std::string number;
  std::string last4;
  const std::string& getNumber() const;
};
struct Account {
  std::string number;
};
struct Address {
  std::string zip;
};
struct Customer {
  std::string plan;
  std::string note;
  Address address;
};
void WithOwner(trace::Span& span, const Card& card, const Account& account, const Customer& c) {
  span.SetAttribute("app.a", card.number);       // expect: 'card.number' (financial data: card number)
  span.SetAttribute("app.b", card.getNumber());  // expect: 'card.getNumber()' (financial data: card number)
  span.SetAttribute("app.c", account.number);    // expect: 'account.number' (financial data: account number)
  span.SetAttribute("app.d", c.address.zip);     // expect: 'address.zip'
}

// Undoing or tidying changes nothing.
std::string unmask(const std::string& text);
std::string Trim(const std::string& text);
std::string ToLower(const std::string& text);
void Undoes(trace::Span& span, const User& user) {
  span.SetAttribute("app.a", unmask(user.email));   // expect: 'user.email'
  span.SetAttribute("app.b", Trim(user.email));     // expect: 'user.email'
  span.SetAttribute("app.c", ToLower(user.email));  // expect: 'user.email'
}

struct Member {
  std::string key;
  std::string email;
};
void Unpacks(trace::Span& span, const Member& member) {
  const auto& [first, second] = member;
  span.SetAttribute("app.first", first);
  span.SetAttribute("app.second", second);  // expect: 'second' (contact data: email)
}

void TestNumber(trace::Span& span) {
  span.SetAttribute("app.number", "4111 1111 1111 1111");  // expect: a literal payment card number
}
