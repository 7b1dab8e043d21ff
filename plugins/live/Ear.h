#pragma once
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "plugins/live/Protocol.h"
#include "plugins/live/Socket.h"

namespace spk::live {

/// What a live source hears with: a socket and a parser here, the driver of a camera elsewhere.
/// Used by the listening thread alone.
struct Ear {
  virtual ~Ear() = default;
  /// Gets ready, or says why it cannot; is asked again after a while.
  virtual Result<void> open() = 0;
  virtual bool isOpen() const = 0;
  /// Waits a few milliseconds at most for something to come, and appends it. What went wrong for
  /// good closes it.
  virtual void hear(std::vector<Event>& out, Met& met) = 0;
  /// "UDP 127.0.0.1:3333".
  virtual std::string where() const = 0;
  /// Datagrams that the system lost before they could be taken.
  virtual std::int64_t missed() const { return 0; }
};

/// Hears datagrams at an address, or connects to who sends a stream there.
std::unique_ptr<Ear> makeEar(const Protocol& protocol, const Address& address,
                             const Camera& camera);

}  // namespace spk::live
