// What the writer and the reader of records both have to spell alike.
#pragma once

namespace holdfast::codec {

/// Times that are none: kLongAgo and kNever as numbers would not survive every JSON library.
inline constexpr const char* kLongAgoWord = "long ago";
inline constexpr const char* kNeverWord = "never";

}  // namespace holdfast::codec
