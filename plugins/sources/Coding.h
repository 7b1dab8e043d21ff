#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/base/Item.h"
#include "engine/base/Result.h"
#include "engine/base/Time.h"

namespace spk::sources {

/// How the brightness x of a pixel, 0 … 1, becomes spikes after the picture appears. What is black
/// is silent in all of them.
struct Coding {
  enum class Form {
    Rate,        ///< Poisson with rate · x, drawn by the player
    Latency,     ///< once, at window · (1 − x)
    Phase,       ///< at period · (1 − x) of each period
    Population,  ///< cells with Gaussian fields, the better the field fits the sooner
    Delta,       ///< brighter: channel 0, darker: channel 1, a spike for each threshold passed
    Burst        ///< most · x spikes, the brighter the closer together
  };
  Form form = Form::Rate;
  double rate_Hz = 100;
  Time window = 0, period = 0, interval = 1;
  std::uint32_t cells = 4, most = 5;
  double threshold = 0.1;

  static Result<Coding> read(const Item& item);
  std::uint32_t channels() const;
};

/// What one neuron fires: `count` spikes from `first` on, counted from when the picture appears.
struct Schedule {
  Time first = 0, interval = 1;
  std::uint32_t count = 0;
};
/// Fills `out`, as many as channels times pixels, channel after channel. None for Coding::Rate.
/// @param before  Delta: the picture before it, or black
/// @param gone    Delta: when the picture goes black again; 0: it does not
void schedule(const Coding& coding, std::span<const float> grey, std::span<const float> before,
              Time gone, std::span<Schedule> out) noexcept;

}  // namespace spk::sources
