// Whether a JSON text says what a match wants (model/check_words.h has the language).
#pragma once

#include <string_view>

#include "codec/health/judgement.h"
#include "model/check_words.h"

namespace holdfast::codec::health {

/// Numbers are compared by value, everything else as text. Total for any bytes.
[[nodiscard]] Judgement judge_json(const model::JsonMatch& match, std::string_view text);

}  // namespace holdfast::codec::health
