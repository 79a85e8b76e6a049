// A conversation as a packet capture, for those who read Wireshark sooner than anything else.
//
// It is written from what our sockets saw: the bytes, their order and the ends are real, and so
// are the addresses; where one packet ended and the next began nobody has seen, and the
// comments in the file say so.
#pragma once

#include "harness/verdict.hpp"

#include <string>

namespace connspec {

/// Whether a folder of reports has a capture of this result: it fails, or would if nobody put
/// up with it, or is inconclusive; and something was played.
bool wants_capture(const Result& result, const Run& run);

/// The bytes of a pcapng file; its packets are IPv4 and IPv6 without a link layer.
std::string capture(const Result& result, const Run& run);

}  // namespace connspec
