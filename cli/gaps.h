// What of the source could not be judged, as gaps that a baseline may accept.
#pragma once

#include "analyzer/source_model.h"
#include "reports/report.h"

namespace spangate {

/// Counts the translation units into `info` and adds what was lost: gaps, reasons and notes.
void AddUnits(const SourceModel& source, RunInfo& info);

}  // namespace spangate
