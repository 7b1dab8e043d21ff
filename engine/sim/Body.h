#pragma once
#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>
#include <variant>
#include <vector>

#include "engine/base/Bytes.h"
#include "engine/base/Item.h"
#include "engine/base/Note.h"
#include "engine/base/Result.h"
#include "engine/base/Rng.h"
#include "engine/data/Event.h"
#include "engine/data/Spike.h"
#include "engine/graph/sensorShape.h"

namespace spk {

/// Frames on one wire: a vector whose frames keep the memory of their pixels when it is cleared,
/// so that the loop allocates nothing once each place has held a picture.
class Frames {
 public:
  using value_type = Frame;
  /// The most that it will hold; a batch has few pictures, so room beyond kMost is not given.
  void reserve(std::size_t n) { slots_.resize(std::max(slots_.size(), std::min(n, kMost))); }
  std::size_t capacity() const { return slots_.size(); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  void clear() { size_ = 0; }
  void resize(std::size_t n) { size_ = std::min(n, slots_.size()); }
  void push_back(const Frame& frame) {
    if (size_ < slots_.size()) slots_[size_++] = frame;
  }
  Frame& operator[](std::size_t i) { return slots_[i]; }
  const Frame& operator[](std::size_t i) const { return slots_[i]; }
  const Frame* data() const { return slots_.data(); }
  const Frame* begin() const { return slots_.data(); }
  const Frame* end() const { return slots_.data() + size_; }

 private:
  static constexpr std::size_t kMost = 256;
  std::vector<Frame> slots_;
  std::size_t size_ = 0;
};
/// How items of type T lie on a wire.
template <class T>
using Buffered = std::conditional_t<std::is_same_v<T, Frame>, Frames, std::vector<T>>;

/// What lies on one stream wire during one batch, in order of time; reused, never grown in the
/// loop.
using StreamBuffer = std::variant<std::vector<Spike>, std::vector<Sample>, std::vector<Event>,
                                  std::vector<Flow>, Frames, std::vector<double>>;

/// Where a body appends what it makes, in order of time.
template <class T>
class Out {
 public:
  Out(Buffered<T>& buffer, std::uint64_t& overflow) : buffer_(buffer), overflow_(overflow) {}
  /// Room for all that came in is reserved; only a generator can overflow: counted and noted.
  void add(const T& item) noexcept {
    if (buffer_.size() < buffer_.capacity())
      buffer_.push_back(item);
    else
      ++overflow_;
  }
  std::size_t room() const noexcept { return buffer_.capacity() - buffer_.size(); }
  /// What was added in this batch, to be put in order by those who do not find it so.
  std::span<T> added() noexcept { return {buffer_.data(), buffer_.size()}; }

 private:
  Buffered<T>& buffer_;
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
    const auto& items = std::get<Buffered<T>>(*inputs[port]);
    return {items.data(), items.size()};
  }
  template <class T>
  Out<T> out(int port) {
    return {std::get<Buffered<T>>(*outputs[port]), *overflow};
  }
  /// Whether a wire or a view takes what output `port` gives. A body may leave out work that only
  /// such an output needs; nothing else may depend on it.
  bool wanted(int port) const {
    return taken.empty() || taken[static_cast<std::size_t>(port)] != 0;
  }
  /// In (0, 1); the same for the same step, index and draw, whatever the batch length.
  double uniform(std::uint64_t atStep, std::uint32_t index, int draw) const {
    return uniformOf(randomWord(key, atStep, index, static_cast<std::uint32_t>(draw)));
  }

  // Set by the engine.
  std::span<const StreamBuffer* const> inputs;
  std::span<StreamBuffer* const> outputs;
  std::span<const std::uint8_t> taken;  ///< by output: 1 if somebody takes it; empty: all
  std::uint64_t* overflow = nullptr;
};

/// A body does not see the project. To the copy of its item that NodeType::body is given, the engine
/// adds what lies at its ends, where it is known: kFromShape (engine/graph/sensorShape.h), and to a
/// wire's, as a Json list of whole numbers, the grid of the population it meets: [C, H, W], or [n].
inline constexpr const char* kToGrid = "to.grid";

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
  /// How many trains its spikes have, where the item does not say so but a file; 0: the shape of
  /// that output says, or `n`.
  virtual std::uint32_t trains() const { return 0; }
  /// Another number when notes() has something else to say; asked after every batch.
  virtual std::uint64_t notesVersion() const { return 0; }
  virtual Notes notes() const { return {}; }  ///< read error, end of file, sensor size guessed
};

}  // namespace spk
