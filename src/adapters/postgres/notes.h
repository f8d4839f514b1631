// How a run of the server ended, written beside its directory for whoever comes later.
#pragma once

#include <string>

#include "adapters/postgres/layout.h"
#include "adapters/process/process.h"

namespace holdfast::postgres {

enum class Ending { kNone, kStopped, kFenced };

/// This run was started.
void note_run(const Layout& layout, const process::ProcessId& postmaster);
/// It is about to be ended on purpose. Written before the signal, so that nobody takes it for a
/// crash.
void note_ending(const Layout& layout, const process::ProcessId& postmaster, Ending ending);
/// Of the last run that was started.
[[nodiscard]] Ending noted_ending(const Layout& layout);
/// "PID START\n" of that run; empty if there was none.
[[nodiscard]] std::string last_run(const Layout& layout);

}  // namespace holdfast::postgres
