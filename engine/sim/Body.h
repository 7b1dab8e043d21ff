#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "engine/base/Bytes.h"
#include "engine/base/Item.h"
#include "engine/base/Note.h"
#include "engine/base/Result.h"
#include "engine/base/Rng.h"
#include "engine/data/Event.h"
#include "engine/data/Spike.h"

namespace spk {

/// What lies on one stream wire during one batch, in order of time; reused, never grown in the
/// loop.
using StreamBuffer = std::variant<std::vector<Spike>, std::vector<Sample>, std::vector<Event>,
                                  std::vector<Flow>, std::vector<Frame>, std::vector<double>>;

/// Where a body appends what it makes, in order of time.
template <class T>
class Out {
 public:
  Out(std::vector<T>& buffer, std::uint64_t& overflow) : buffer_(buffer), overflow_(overflow) {}
  /// Room for all that came in is reserved; only a generator can overflow: counted and noted.
  void add(const T& item) noexcept {
    if (buffer_.size() < buffer_.capacity())
      buffer_.push_back(item);
    else
      ++overflow_;
  }
  std::size_t room() const noexcept { return buffer_.capacity() - buffer_.size(); }

 private:
  std::vector<T>& buffer_;
  std::uint64_t& overflow_;
};

/// The steps [begin, end) as a Body sees them. Ports count within inputs and within outputs, in the
/// order of Shape::ports.
class Batch {
 public:
  Time begin = 0, end = 0;
  double dt_ms = 0;
  std::uint64_t step = 0;  ///< of `begin`
  RandomKey key = {};      ///< of the node: seed, its stream, Purpose::Body

  /// All wires that meet input `port`, merged in order of time.
  template <class T>
  std::span<const T> in(int port) const {
    return std::get<std::vector<T>>(*inputs[port]);
  }
  template <class T>
  Out<T> out(int port) {
    return {std::get<std::vector<T>>(*outputs[port]), *overflow};
  }
  /// In (0, 1); the same for the same step, index and draw, whatever the batch length.
  double uniform(std::uint64_t atStep, std::uint32_t index, int draw) const {
    return uniformOf(randomWord(key, atStep, index, static_cast<std::uint32_t>(draw)));
  }

  // Set by the engine.
  std::span<const StreamBuffer* const> inputs;
  std::span<StreamBuffer* const> outputs;
  std::uint64_t* overflow = nullptr;
};

/// A body does not see the project. To the copy of a wire's item that NodeType::body is given, the
/// engine adds what lies at its ends, where it is known; both are Json lists of whole numbers.
inline constexpr const char* kFromShape = "from.shape";  ///< Port::shape it leaves; Events: [H, W]
inline constexpr const char* kToGrid =
    "to.grid";  ///< of the population it meets: [C, H, W], or [n]

/// A running stream node: one object per node per simulation. No result depends on the batch
/// length. The body of a wire (encode.events) has one input and one output; its Spikes carry the
/// target's neuron and the time of what caused them, and the engine delivers them with the wire's
/// weight and delay, in the step that contains t.
struct Body {
  virtual ~Body() = default;
  virtual void run(
      Batch& batch) noexcept = 0;  ///< no allocation; what is in at step k may be out at step k
  virtual Result<void> change(const Item& item) = 0;  ///< a live value was set; between batches
  virtual void save(Bytes& out) const = 0;  ///< for checkpoints: state, filters, place in the file
  virtual Result<void> restore(Bytes& in) = 0;
  /// The most items that an output may get in one batch of `length`, for what does not follow from
  /// the input: the engine reserves that much before the run.
  virtual std::size_t room(Time length) const { return length > 0 ? std::size_t{1} << 16 : 0; }
  /// Another number when notes() has something else to say; asked after every batch.
  virtual std::uint64_t notesVersion() const { return 0; }
  virtual Notes notes() const { return {}; }  ///< read error, end of file, sensor size guessed
};

}  // namespace spk
