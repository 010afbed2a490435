// Facts that were read are checked once, so that linking and rules may follow indices without looking.
#pragma once

#include "analyzer/facts.h"

namespace spangate {

/// Every operand, child and root exists, every range lies inside its array, and no expression or statement stands
/// inside itself.
bool TreesHold(const FunctionFacts& function);

}  // namespace spangate
