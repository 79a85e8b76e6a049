// Text that a report must come to, byte for byte, as files in tests/golden.
//
// CONNSPEC_GOLDEN=write in the environment writes them anew; read the difference before keeping
// it.
#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace connspec {

/// What `actual` has to be equal to.
inline std::string golden(const std::string& name, std::string_view actual) {
  std::string path = TESTS_DIR "/golden/" + name;
  const char* mode = std::getenv("CONNSPEC_GOLDEN");
  if (mode != nullptr && std::string_view(mode) == "write")
    std::ofstream(path, std::ios::binary) << actual;
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace connspec
