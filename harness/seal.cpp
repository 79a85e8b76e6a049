#include "harness/seal.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <stdexcept>

namespace connspec {

namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Nobody is asked for a passphrase.
int no_passphrase(char*, int, int, void*) { return -1; }

Key key_of(std::string_view pem, bool is_private) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  EVP_PKEY* key = is_private
                      ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)
                      : PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr);
  Key found(key, EVP_PKEY_free);
  if (found && EVP_PKEY_id(found.get()) != EVP_PKEY_ED25519) found.reset();
  return found;
}

std::string hexadecimal(const unsigned char* bytes, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text += fmt::format("{:02x}", bytes[i]);
  return text;
}

[[noreturn]] void broken() { throw std::runtime_error("libcrypto does not do its work"); }

}  // namespace

std::string sha256_of(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) != 1)
    broken();
  return hexadecimal(digest, size);
}

std::optional<SigningKey> read_signing_key(std::string_view pem, std::string& error) {
  const auto key = key_of(pem, true);
  if (!key) {
    error =
        "no Ed25519 private key in PEM without a passphrase; "
        "openssl genpkey -algorithm ed25519 makes one";
    return std::nullopt;
  }
  const Bio bio(BIO_new(BIO_s_mem()), BIO_free);
  if (PEM_write_bio_PUBKEY(bio.get(), key.get()) != 1) broken();
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &text);
  return SigningKey{std::string(pem), std::string(text, static_cast<std::size_t>(size))};
}

std::string sign(const SigningKey& signing, std::string_view message) {
  const auto key = key_of(signing.pem, true);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string signature(64, '\0');
  std::size_t size = signature.size();
  const bool done =
      key && EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes_of(message), message.size()) == 1;
  if (!done) broken();
  return signature;
}

bool is_signed_by(std::string_view public_pem, std::string_view message,
                  std::string_view signature, std::string& error) {
  const auto key = key_of(public_pem, false);
  if (!key) {
    error = "no Ed25519 public key in PEM";
    return false;
  }
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(),
                          bytes_of(message), message.size()) == 1;
}

std::string fingerprint_of(std::string_view public_pem) {
  const auto key = key_of(public_pem, false);
  if (!key) return {};
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  if (size <= 0) return {};
  auto text =
      "SHA256:" + sha256_of({reinterpret_cast<char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return text;
}

}  // namespace connspec
