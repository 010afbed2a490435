// Whether base64 text holds what a token or a credential holds. Nothing of the content is kept.
#pragma once

#include <string_view>

namespace spangate {

/// base64url without padding that decodes to a JSON object, judged by its first and last bytes: `{"` ... `}`.
bool IsBase64Json(std::string_view text);

/// base64 that decodes to printable "user:password" with a password in it.
bool IsBase64Credential(std::string_view text);

}  // namespace spangate
