// Keeps what a witness says while a play goes on, and makes a testimony of it.
#pragma once

#include "harness/testimony.hpp"
#include "harness/turns.hpp"

namespace connspec {

class Recorder final : public Witness {
 public:
  /// `claims`, null without an origin, outlive it.
  Recorder(const Pulse& pulse, const Claims* claims) : witness_(pulse), claims_(claims) {}

  Sight sight(const RowOn& on, const Claim* claim, Time since) override;
  Time now() override;
  Duration stalled_since(Time from) override;

  void settles(int line, Time since);
  /// The look that has been taken decided or taught something, or it did not.
  void keep();
  void drop() { look_ = {}; }
  /// A request of the play has come; null: no row takes it.
  void arrived(const Arrived& request, const Claim* claim);

  /// `known` says already what is known of the play itself. To be called while all connections
  /// are still there.
  std::shared_ptr<const Testimony> finish(Testimony known, const Cast& cast);

 private:
  /// A connection, or one exchange on it.
  struct Source {
    std::shared_ptr<Connection> client = nullptr;
    std::shared_ptr<OriginConnection> upstream = nullptr;
    std::size_t begin = 0;
    bool first = false;
    const Actor* actor = nullptr;  ///< Of a client lane.
    std::size_t needed = 0;        ///< Received bytes up to here are to be kept.
    bool fin = false;              ///< Was shown.
    bool rst = false;

    const Wire& wire() const { return client ? client->wire() : upstream->connection().wire(); }
    /// What stands for the bytes before the exchange: one, or none.
    std::size_t placeholder() const { return begin > 0 ? 1 : 0; }
    std::size_t rebased(std::size_t offset) const { return offset - begin + placeholder(); }
    std::size_t arrivals_before() const;
  };
  std::size_t source_of(Source found);
  std::size_t index_of(const Actor& actor);
  void need(const KeptSight& sight);
  void rebase(KeptSight& sight) const;
  static KeptWire kept(const Source& source);

  EyeWitness witness_;
  const Claims* claims_;
  std::vector<const Actor*> actors_;
  std::vector<Source> sources_;
  std::vector<KeptSettling> settlings_;
  std::vector<KeptArrival> arrivals_;
  KeptLook look_;
};

}  // namespace connspec
