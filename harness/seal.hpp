// SHA-256 and Ed25519, by OpenSSL's libcrypto.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace connspec {

/// In hexadecimal digits, as sha256sum prints it.
std::string sha256_of(std::string_view bytes);

/// A private key in PEM, as `openssl genpkey -algorithm ed25519` writes it.
struct SigningKey {
  std::string pem = {};
  std::string public_pem = {};
};
/// Unset with a sentence where the text is no such key.
std::optional<SigningKey> read_signing_key(std::string_view pem, std::string& error);

/// 64 bytes.
std::string sign(const SigningKey& signing, std::string_view message);

/// Whether the signature is one of the message by that key. False with a sentence in `error`
/// where the text is no Ed25519 key.
bool is_signed_by(std::string_view public_pem, std::string_view message,
                  std::string_view signature, std::string& error);

/// `SHA256:` and the digest of the public key in DER; empty where it is none.
std::string fingerprint_of(std::string_view public_pem);

}  // namespace connspec
