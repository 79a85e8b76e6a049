#include "case_library.hpp"

#include "embedded.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>
#include <unordered_map>

namespace connspec {
namespace {

namespace fs = std::filesystem;

void object(CaseLibrary& library, const std::string& file, std::string message) {
  library.errors.push_back({.place = {.file = file, .line = 1, .column = 1},
                            .row = {},
                            .message = std::move(message)});
}

/// `ROLE/TOPIC/REQUIREMENT.convo`, the role one that a case may have.
bool is_path_of_case(std::string_view id) {
  const std::size_t slashes = static_cast<std::size_t>(std::count(id.begin(), id.end(), '/'));
  return slashes == 2 && (id.starts_with("server/") || id.starts_with("proxy/"));
}

/// Moves `cases` into the library; those whose ids are taken stay out, or replace embedded
/// ones.
void take_cases(CaseLibrary& library, std::vector<Case> cases) {
  std::unordered_map<std::string_view, Case*> known;
  known.reserve(library.cases.size());
  for (Case& script : library.cases) known.emplace(script.id, &script);
  std::vector<ScriptError> errors;
  std::vector<Case> taken;
  std::vector<std::pair<Case*, Case>> replacing;
  for (Case& script : cases) {
    const auto other = known.find(script.id);
    if (other == known.end()) {
      taken.push_back(std::move(script));
      continue;
    }
    if (library.replaces_embedded && other->second->embedded) {
      replacing.emplace_back(other->second, std::move(script));
      continue;
    }
    errors.push_back(
        {.place = script.place,
         .row = {},
         .message = fmt::format("case id '{}' is also at {}:{}", script.id,
                                other->second->place.file, other->second->place.line)});
  }
  for (auto& [old, script] : replacing) *old = std::move(script);
  std::move(taken.begin(), taken.end(), std::back_inserter(library.cases));
  std::move(errors.begin(), errors.end(), std::back_inserter(library.errors));
}

void append(CaseLibrary& library, Script script) {
  std::move(script.cases.begin(), script.cases.end(), std::back_inserter(library.cases));
  std::move(script.errors.begin(), script.errors.end(), std::back_inserter(library.errors));
}

ReaderContext context_of(const CaseLibrary& library, bool embedded, std::string_view id) {
  return {.mutants = library.mutants,
          .catalogue = library.catalogue.empty() ? nullptr : &library.catalogue,
          .embedded = embedded,
          .heads = library.depth == Depth::heads,
          .id = id};
}

/// Reads files of connspec's own. Each stands for itself, so two are read at a time: a person
/// waits for this.
std::vector<Script> read_all(const std::vector<const EmbeddedFile*>& files,
                             const CaseLibrary& library) {
  std::vector<Script> scripts(files.size());
  std::atomic<std::size_t> next = 0;
  const auto read_what_is_left = [&] {
    for (auto i = next++; i < files.size(); i = next++) {
      const std::string id = id_of_file(files[i]->path);
      scripts[i] = read_script(files[i]->path, files[i]->text, context_of(library, true, id));
    }
  };
  std::thread other(read_what_is_left);
  read_what_is_left();
  other.join();
  return scripts;
}

/// At most a little more than the reader takes: what is larger it refuses.
std::string text_of(const fs::path& path, std::string& error) {
  constexpr std::uintmax_t most = 1'000'001;
  std::error_code code;
  if (!fs::is_regular_file(path, code)) {
    error = "expected a file, got something else";
    return {};
  }
  const std::uintmax_t size = fs::file_size(path, code);
  std::ifstream file(path, std::ios::binary);
  std::string text(code ? most : std::min(size, most), '\0');
  if (!file || !file.read(text.data(), static_cast<std::streamsize>(text.size())))
    error = "the file cannot be read";
  return text;
}

void add_file(CaseLibrary& library, const fs::path& path, const std::string& id) {
  std::string error;
  const std::string text = text_of(path, error);
  if (!error.empty()) return object(library, path.string(), std::move(error));
  if (path.extension() == ".profile")
    return library.profile_files.push_back({path.string(), text});
  add_text(library, path.string(), text, false, id);
}

}  // namespace

const Case* CaseLibrary::find(std::string_view id) const {
  const auto found = std::find_if(cases.begin(), cases.end(),
                                  [&](const Case& script) { return script.id == id; });
  return found == cases.end() ? nullptr : &*found;
}

void load_catalogue(CaseLibrary& library) {
  if (!library.catalogue.empty()) return;
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.path != "requirements.tsv") continue;
    library.catalogue = Catalogue(file.text);
    if (!library.catalogue.error().empty())
      object(library, "requirements.tsv", library.catalogue.error());
    return;
  }
  object(library, "requirements.tsv", "the catalogue is missing");
}

void load_profiles(CaseLibrary& library) {
  load_catalogue(library);
  std::vector<ProfileFile> files;
  const auto is_replaced = [&library](std::string_view path) {
    return library.replaces_embedded &&
           std::any_of(library.profile_files.begin(), library.profile_files.end(),
                       [&](const ProfileFile& file) { return file.name.ends_with(path); });
  };
  for (const EmbeddedFile& file : embedded_files())
    if (file.path.ends_with(".profile") && !is_replaced(file.path))
      files.push_back({std::string(file.path), std::string(file.text)});
  std::copy(library.profile_files.begin(), library.profile_files.end(),
            std::back_inserter(files));
  for (const ProfileFile& file : files) {
    auto read = read_profile(file).profile;
    if (!read) continue;  // Its mistakes are found below.
    if (const Profile* other = find_profile(library.profiles, read->name))
      object(library, file.name,
             fmt::format("profile '{}' is also at {}", read->name, other->place.file));
    else
      library.profiles.push_back(std::move(*read));
  }
  for (const ProfileFile& file : files) {
    const ProfileContext context{&library.catalogue, library.profiles};
    auto errors = read_profile(file, context).errors;
    std::move(errors.begin(), errors.end(), std::back_inserter(library.errors));
  }
}

CaseLibrary load_embedded(std::span<const std::string_view> mutants, Depth depth) {
  CaseLibrary library;
  library.depth = depth;
  library.mutants.assign(mutants.begin(), mutants.end());
  if (depth == Depth::lint) load_catalogue(library);
  library.cases.reserve(2048);
  std::vector<const EmbeddedFile*> files;
  for (const EmbeddedFile& file : embedded_files())
    if (file.path.ends_with(".convo")) files.push_back(&file);
  auto scripts = read_all(files, library);
  for (std::size_t i = 0; i < files.size(); ++i) {
    // Ids hold the path, and no two files have the same: nothing to compare with.
    if (!is_path_of_case(id_of_file(files[i]->path)))
      object(library, std::string(files[i]->path),
             "expected cases/ROLE/TOPIC/REQUIREMENT.convo, ROLE being server or proxy");
    append(library, std::move(scripts[i]));
  }
  return library;
}

void add_text(CaseLibrary& library, std::string_view file_name, std::string_view text,
              bool embedded, std::string_view id) {
  Script script = read_script(file_name, text, context_of(library, embedded, id));
  take_cases(library, std::move(script.cases));
  std::move(script.errors.begin(), script.errors.end(), std::back_inserter(library.errors));
}

void add_folder(CaseLibrary& library, const std::string& path) {
  std::error_code code;
  const fs::path root(path);
  if (!fs::exists(root, code))
    return object(library, path,
                  code ? fmt::format("cannot be reached: {}", code.message())
                       : "there is no such file or folder");
  if (!fs::is_directory(root, code)) return add_file(library, root, id_of_file(path));
  std::vector<fs::path> files;
  auto options = fs::directory_options::none;
  for (fs::recursive_directory_iterator entry(root, options, code), end; entry != end && !code;
       entry.increment(code))
    if (entry->path().extension() == ".convo" || entry->path().extension() == ".profile")
      files.push_back(entry->path());
  if (code)
    object(library, path, fmt::format("the folder cannot be read: {}", code.message()));
  else if (files.empty())
    object(library, path, "the folder holds no *.convo file");
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files)
    add_file(library, file, id_of_file(file.lexically_relative(root).generic_string()));
}

}  // namespace connspec
