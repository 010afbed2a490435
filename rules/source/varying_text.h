// Why a text is not constant: the part of it that differs from request to request.
#pragma once

#include <optional>
#include <string>

#include "analyzer/source_model.h"

namespace spangate {

/// "'order.id'" or "'GetPath()'": the first run-time part of the text, or nullopt when there is none, when all parts
/// are of the few-valued kind that names may hold (route, method, operation, table...), or when the model cannot tell.
std::optional<std::string> VaryingPart(const SourceModel& source, ExprRef text);

}  // namespace spangate
