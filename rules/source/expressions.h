// Questions about expressions, functions and call sites that several source rules ask.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/source_model.h"

namespace spangate {

/// "shop::Customer::email"; the plain name where nothing owns it.
std::string QualifiedName(const Expr& expr);

bool IsSpanType(std::string_view type);   // opentelemetry::trace::Span
bool IsScopeType(std::string_view type);  // what keeps a span active while it lives: trace::Scope, context::Token
bool IsOwned(TypeForm form);              // a value or an owning pointer, not a borrowed one
bool IsStringType(std::string_view type);

/// The operand, or kNone when there is none.
ExprId OperandOf(const FunctionFacts& function, const Expr& expr, uint32_t i);
/// The i-th argument of a kCall or kConstruct, the object not counted; kNone when it is left out.
ExprId ArgumentOf(const FunctionFacts& function, const Expr& call, uint32_t i);
/// The object of a member call or access; kNone when there is none.
ExprId ObjectOf(const FunctionFacts& function, const Expr& expr);

/// By ExprId: the expression whose operand it is, or kNone.
std::vector<ExprId> ParentsOf(const FunctionFacts& function);
/// By StmtId: the statement whose child it is, or kNone.
std::vector<StmtId> StmtParentsOf(const FunctionFacts& function);
/// By ExprId: the statement whose full expression holds it, or kNone.
std::vector<StmtId> StatementsOf(const FunctionFacts& function, const std::vector<ExprId>& parents);

/// The place of a function's name.
SourcePlace PlaceOfFunction(const SourceModel& source, FunctionId function);
FlowStep StepAt(const SourceModel& source, ExprRef at, std::string message);

/// Whether rules may conclude anything from what the body does not hold.
bool BodyIsWhole(const FunctionFacts& function);
/// Files of tests and mocks, by their path below the project root.
bool IsTestFile(const SourceModel& source, std::string_view path);

/// What one call site gives for a parameter.
struct Argument {
  ExprRef call;
  ExprRef value;
};

/// The arguments that all direct and virtual call sites give for the parameter, by place. Call sites that leave it to
/// its default are left out.
std::vector<Argument> ArgumentsFor(const SourceModel& source, FunctionId function, uint16_t parameter);

/// Indices of rows by function, so that no rule scans the model once per function.
struct RowsByFunction {
  explicit RowsByFunction(const SourceModel& source);
  std::vector<std::vector<uint32_t>> starts, scopes, operations, sinks;
};

/// A text at the places where it is decided: the sink or start itself or, where a wrapper hands on its parameter, the
/// call sites of the wrapper, followed at most five calls up.
struct DecidedText {
  ExprRef at;
  TextValue text;
  std::vector<FlowStep> flow;  // from the call site to the place that was asked about; empty when they are the same
  ExprRef call;                // the call that gives it, not known() at the place itself
  FunctionId callee = kNone;   // the function so called
};
std::vector<DecidedText> DecideText(const SourceModel& source, ExprRef text, std::string_view what);

}  // namespace spangate
