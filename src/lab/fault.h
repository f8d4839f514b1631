// A fault that a person or a measurement asks for, and its JSON.
#pragma once

#include <cstdint>
#include <string>

#include "base/json_writer.h"
#include "base/result.h"
#include "codec/json_reader.h"
#include "lab/links.h"

namespace holdfast::lab {

/// What can be asked for:
///   kill, freeze, thaw, restart, stop, start   a host's process: `a` the host, `b` the process, or
///                                              postgres:CLUSTER (all of it), postmaster:CLUSTER
///   power-off, power-on                        `a`: which hosts
///   cut, degrade                               `a`, `b`: which hosts; `one_way`, `worse`
///   fill                                       `a`: the host; `leave_bytes` stay free
///   clock                                      refused, with the reason
struct FaultRequest {
  std::string what;
  std::string a;
  std::string b;
  bool one_way = false;          ///< from `a` to `b` only
  LinkSpec worse;                ///< of degrade: what comes on top
  std::int64_t leave_bytes = 0;  ///< of fill
};

void write_fault(JsonWriter& json, const FaultRequest& request);
FaultRequest read_fault(const codec::Json& json);
/// "cut region=east region=west, one way"
std::string fault_text(const FaultRequest& request);

}  // namespace holdfast::lab
