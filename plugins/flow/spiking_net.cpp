// A recurrent spiking network that makes a field of flow of every slice of events.
#include <algorithm>

#include "plugins/flow/EdgeFlow.h"
#include "plugins/flow/SpikingNet.h"

namespace spk::flow::spiking_net {
namespace {

class NetFlow final : public Body {
 public:
  NetFlow(SpikingNet net, std::string file)
      : net_(std::move(net)),
        file_(std::move(file)),
        slice_(fromMilliseconds(net_.slice_ms())),
        ends_(slice_),
        counts_(static_cast<std::size_t>(net_.size().width) *
                static_cast<std::size_t>(net_.size().height) * 2) {}

  Result<void> change(const Item& item) override {
    if (textOr(item.values, "weights", "") != file_)
      return Error{"other weights need the network to be built again", "weights"};
    TRY(every_, wholeWithin(item, "every", 1, 1, 64));
    everywhere_ = switchOr(item.values, "everywhere", false);
    return {};
  }

  void run(Batch& batch) noexcept override {
    Out<Flow> out = batch.out<Flow>(0);
    const auto [width, height] = net_.size();
    for (const Event& event : batch.in<Event>(0)) {
      while (ends_ <= event.t) close(out);
      if (event.x < width && event.y < height)
        counts_[2 * (static_cast<std::size_t>(event.y) * static_cast<std::size_t>(width) +
                     event.x) +
                (event.polarity ? 1 : 0)] += 1;
    }
    while (ends_ < batch.end) close(out);
  }

  std::size_t room(Time length) const override {
    return static_cast<std::size_t>(length / slice_ + 2) * counts_.size() / 2;
  }

  void save(Bytes& out) const override {
    out.put(ends_);
    out.putAll<float>(counts_);
    net_.save(out);
  }
  Result<void> restore(Bytes& in) override {
    TRY(ends_, in.take<Time>());
    TRY_DO(in.takeAll<float>(counts_));
    return net_.restore(in);
  }

 private:
  void close(Out<Flow>& out) noexcept {
    net_.step(counts_);
    const auto [width, height] = net_.size();
    for (int y = 0; y < height; y += every_)
      for (int x = 0; x < width; x += every_) {
        const auto i = 2 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                            static_cast<std::size_t>(x));
        if (!everywhere_ && counts_[i] == 0 && counts_[i + 1] == 0) continue;
        const Velocity v = net_.at(x, y);
        out.add({ends_, static_cast<std::uint16_t>(x), static_cast<std::uint16_t>(y),
                 static_cast<float>(v.x), static_cast<float>(v.y)});
      }
    std::ranges::fill(counts_, 0.f);
    ends_ += slice_;
  }

  SpikingNet net_;
  std::string file_;
  Time slice_, ends_;
  int every_ = 1;
  bool everywhere_ = false;
  std::vector<float> counts_;  ///< of the slice at work, by [row][column][OFF, ON]
};

Result<std::unique_ptr<Body>> body(const Item& item, const Registry&) {
  const std::string file = textOr(item.values, "weights", "");
  if (file.empty())
    return Error{
        "no weights are chosen: it needs an HDF5 file of a trained network, laid out as "
        "the documentation of optical flow says",
        "weights"};
  TRY(const SensorSize size, neededSize(item));
  auto net = SpikingNet::read(file, size);
  if (!net) return Error{net.error().text(), "weights"};
  auto made = std::make_unique<NetFlow>(std::move(net).value(), file);
  TRY_DO(made->change(item));
  return std::unique_ptr<Body>(std::move(made));
}

}  // namespace

void add(Registry& registry);
void add(Registry& registry) {
  registry.add(NodeType{
      .id = "flow.spiking_net",
      .title = "Flow: recurrent spiking net",
      .doc = "A field of flow for every slice of 10 ms from a trained recurrent spiking network "
             "(the cell and the shape of EfficientSpike-FlowNet, Ponghiran, Liyanagedera & Roy "
             "2023): counts of OFF and ON events go through convolutions whose units follow "
             "V' = leak V (1 - z) + input and spike, z = 1, at their threshold; leaks and "
             "thresholds are learnt. Its weights come from an HDF5 file; none are shipped.",
      .role = Role::Filter,
      .group = "Optical flow",
      .words = "event camera dvs optic motion velocity dense learned snn lif flownet weights",
      .shape =
          flowShape({{.name = "weights",
                      .kind = Kind::File,
                      .initial = std::string(),
                      .doc = "HDF5 file of a trained network",
                      .essential = true,
                      .live = false},
                     {.name = "every",
                      .kind = Kind::Integer,
                      .initial = std::int64_t{1},
                      .unit = "px",
                      .min = 1,
                      .max = 64,
                      .doc = "Only every so many pixels, across and down, give flow",
                      .essential = true},
                     {.name = "everywhere",
                      .kind = Kind::Switch,
                      .initial = false,
                      .doc = "Whether pixels without an event in the slice give flow as well"}}),
      .body = body});
}

}  // namespace spk::flow::spiking_net
