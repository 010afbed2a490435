// The shop's data, and how it travels between the services: as an HTML form.
#pragma once

#include <httplib.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

namespace shop {

class Customer {
 public:
  Customer(std::string id, std::string email) : id_(std::move(id)), email_(std::move(email)) {}
  const std::string& Id() const { return id_; }
  const std::string& Email() const { return email_; }

 private:
  std::string id_;
  std::string email_;
};

struct Card {
  std::string number;
};

struct Order {
  std::string id;
  Customer customer;
  Card card;
  int64_t amount_cents = 0;
  std::string currency;
};

inline Order ReadOrder(const httplib::Request& request) {
  return {request.get_param_value("order"),
          Customer(request.get_param_value("customer"), request.get_param_value("email")),
          Card{request.get_param_value("card")}, std::atoll(request.get_param_value("amount").c_str()),
          request.get_param_value("currency")};
}

inline httplib::Params WriteOrder(const Order& order) {
  return {{"order", order.id},
          {"customer", order.customer.Id()},
          {"email", order.customer.Email()},
          {"card", order.card.number},
          {"amount", std::to_string(order.amount_cents)},
          {"currency", order.currency}};
}

}  // namespace shop
