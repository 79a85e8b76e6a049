// The evidence of a run, as it is written while the run goes on.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace connspec {

/// Writes evidence in a thread of its own: what is large must not keep the loop from looking at
/// its sockets.
class Archive {
 public:
  explicit Archive(std::string folder)
      : folder_(std::move(folder)), thread_([this] { work(); }) {}
  ~Archive() { finish(); }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  /// Adds what `text` makes to the end of a file. What it refers to lives on.
  void add(std::string name, std::function<std::string()> text);
  /// All is written, or a sentence says what could not be.
  std::string finish();

 private:
  using Entry = std::pair<std::string, std::function<std::string()>>;

  void work();
  void append(const std::string& path, const std::string& bytes);

  std::string folder_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Entry> waiting_;
  bool over_ = false;
  std::string problem_;  ///< The thread's, until it is over.
  std::thread thread_;
};

}  // namespace connspec
