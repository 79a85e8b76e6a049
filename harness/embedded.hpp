// The files of cases/ and of fixtures/targets/, as they were when connspec was built.
#pragma once

#include <span>
#include <string_view>

namespace connspec {

/// One file. Views into the program itself.
struct EmbeddedFile {
  std::string_view path;  ///< Relative to the folder: `server/close/option.convo`.
  std::string_view text;
};

/// All of cases/, in the order of their paths: *.convo, requirements.tsv, profiles.
std::span<const EmbeddedFile> embedded_files();

/// Of fixtures/targets/ what it takes to start one: `nginx/nginx.conf`, `nginx/start`.
std::span<const EmbeddedFile> embedded_targets();

/// reports/run.schema.json: the shape of a run as JSON.
std::string_view embedded_schema();
/// What is the same in every Python program that plays a case.
std::string_view embedded_player();

}  // namespace connspec
