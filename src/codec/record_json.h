// Records and agents' disks as JSON text: what the store holds and what lies beside a data
// directory.
//
// Members are named by their hosts, so that a site file with another order reads the same. The
// format carries its version; a newer one is refused, an unknown field is not (it is dropped).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "core/agent/agent.h"
#include "model/site.h"

namespace holdfast::codec {

inline constexpr int kRecordFormat = 1;

[[nodiscard]] std::string record_to_json(const model::Site& site,
                                         const model::Cluster& cluster,
                                         const core::Record& record);
[[nodiscard]] Result<core::RecordPtr> record_from_json(const model::Site& site,
                                                       const model::Cluster& cluster,
                                                       std::string_view text);

[[nodiscard]] std::string disk_to_json(const model::Site& site,
                                       const model::Cluster& cluster,
                                       const core::AgentDisk& disk);
[[nodiscard]] Result<core::AgentDisk> disk_from_json(const model::Site& site,
                                                     const model::Cluster& cluster,
                                                     std::string_view text);

}  // namespace holdfast::codec
