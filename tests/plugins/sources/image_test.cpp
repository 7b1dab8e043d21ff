// Pictures as spikes: files, our own digits, and each code against its formula.
#include <zlib.h>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <fstream>
#include <numeric>

#include "plugins/sources/Digits.h"
#include "plugins/sources/pictures.h"
#include "tests/kit/sources.h"

using namespace spk;
using namespace spk::sources;
using spk::test::Builder;
using spk::test::Listened;
using spk::test::refusal;
using spk::test::Run;
using spk::test::spikesOf;

namespace {

std::string big32(std::uint32_t n) {
  return {static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8),
          static_cast<char>(n)};
}
std::string chunk(const std::string& name, const std::string& data) {
  const std::string body = name + data;
  const auto sum =
      crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big32(static_cast<std::uint32_t>(data.size())) + body +
         big32(static_cast<std::uint32_t>(sum));
}
/// A PNG of rows that each begin with their filter.
std::string png(std::uint32_t width, std::uint32_t height, int depth, int colour,
                const std::string& rows, const std::string& palette = "") {
  std::string packed(compressBound(rows.size()), '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size,
           reinterpret_cast<const Bytef*>(rows.data()), rows.size());
  packed.resize(size);
  const std::string header = big32(width) + big32(height) + static_cast<char>(depth) +
                             static_cast<char>(colour) + std::string(3, '\0');
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", header) +
         (palette.empty() ? "" : chunk("PLTE", palette)) + chunk("IDAT", packed) +
         chunk("IEND", "");
}
std::string bytes(std::initializer_list<int> values) {
  std::string all;
  for (const int value : values) all += static_cast<char>(value);
  return all;
}
std::string npy(const std::string& kind, const std::string& shape, const std::string& data,
                const char* fortran = "False") {
  std::string header =
      "{'descr': '" + kind + "', 'fortran_order': " + fortran + ", 'shape': (" + shape + "), }";
  header.resize(118, ' ');
  return "\x93NUMPY" + bytes({1, 0, static_cast<int>(header.size()), 0}) + header + data;
}

}  // namespace

/// Spike times; floats of a picture may move them by some ns.
void areNear(const std::vector<double>& times, const std::vector<double>& expected) {
  QCOMPARE(times.size(), expected.size());
  for (std::size_t i = 0; i < times.size(); ++i)
    QVERIFY2(std::fabs(times[i] - expected[i]) < 1e-4, qPrintable(QString::number(times[i])));
}

class ImageTest : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  std::string file(const std::string& name, const std::string& content) const {
    const std::string path = folder_.filePath(QString::fromStdString(name)).toStdString();
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  std::vector<float> pixels(const std::string& content) const {
    const auto picture = readPicture(file("picture", content));
    return picture ? picture.value().grey : std::vector<float>();
  }
  std::string fault(const std::string& content) const {
    const auto picture = readPicture(file("picture", content));
    return picture ? "" : picture.error().text();
  }
  /// Two pixels, black to white in between, shown for 100 ms with a pause of 50.
  Values shown(const char* coding, Values more = {}) const {
    more["picture"] = std::string("file");
    more["file"] = file("four.pgm", "P2 4 1 100\n0 25 60 100\n");
    more["width"] = std::int64_t{4}, more["height"] = std::int64_t{1};
    more["coding"] = std::string(coding);
    return more;
  }
  /// When each neuron fires.
  static std::map<std::uint32_t, std::vector<double>> trains(const Values& values, double ms) {
    return spk::test::trainsOf(spikesOf("source.image", values, ms));
  }

 private Q_SLOTS:
  // --- files ---

  void readsPgm() {
    const std::vector<float> expected = {0, 0.5f, 1, 0.25f};
    QCOMPARE(pixels("P2\n# made by hand\n2 2\n4\n0 2\n4 1\n"), expected);
    QCOMPARE(pixels("P5 2 2 4\n" + bytes({0, 2, 4, 1})), expected);
    QCOMPARE(pixels("P6 1 1 255\n" + bytes({0, 255, 0})), std::vector<float>{0.587f});
    QCOMPARE(pixels("P5 1 1 1000\n" + bytes({1, 244})), std::vector<float>{0.5f});
  }

  void readsPng_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QList<double>>("expected");
    const auto row = [](const char* name, const std::string& content, QList<double> expected) {
      QTest::newRow(name) << QByteArray(content.data(), static_cast<int>(content.size()))
                          << expected;
    };
    row("grey 8", png(2, 2, 8, 0, bytes({0, 0, 255, 0, 51, 102})), {0, 1, 0.2, 0.4});
    // 100, 150 → 50 more than the left; above: 10 more; mean and Paeth of what is left and above
    row("filters", png(2, 5, 8, 0, bytes({0, 100, 150, 1, 100, 50, 2, 10, 10, 3, 55, 20, 4, 5, 5})),
        {100 / 255., 150 / 255., 100 / 255., 150 / 255., 110 / 255., 160 / 255., 110 / 255.,
         155 / 255., 115 / 255., 160 / 255.});
    row("grey 16", png(1, 1, 16, 0, bytes({0, 0x80, 0x00})), {32768 / 65535.});
    row("grey 1", png(9, 1, 1, 0, bytes({0, 0b10100000, 0b10000000})), {1, 0, 1, 0, 0, 0, 0, 0, 1});
    row("grey 4", png(3, 1, 4, 0, bytes({0, 0x0F, 0x30})), {0, 1, 0.2});
    row("colours", png(3, 1, 8, 2, bytes({0, 255, 0, 0, 0, 255, 0, 0, 0, 255})),
        {0.299, 0.587, 0.114});
    row("palette",
        png(4, 1, 2, 3, bytes({0, 0b00011011}),
            bytes({0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0})),
        {0, 1, 0.299, 0.587});
    row("grey and alpha", png(2, 1, 8, 4, bytes({0, 255, 51, 102, 255})), {0.2, 0.4});
    row("colours and alpha", png(1, 1, 8, 6, bytes({0, 255, 255, 255, 102})), {0.4});
  }
  void readsPng() {
    QFETCH(QByteArray, content);
    QFETCH(QList<double>, expected);
    const std::vector<float> read = pixels(content.toStdString());
    QCOMPARE(read.size(), static_cast<std::size_t>(expected.size()));
    for (std::size_t i = 0; i < read.size(); ++i)
      QVERIFY2(std::fabs(static_cast<double>(read[i]) - expected[static_cast<int>(i)]) < 1e-6,
               qPrintable(QString("%1: %2").arg(i).arg(static_cast<double>(read[i]))));
  }

  void readsNumPy() {
    QCOMPARE(pixels(npy("|u1", "1, 2", bytes({255, 51}))), (std::vector<float>{1, 0.2f}));
    QCOMPARE(pixels(npy("|b1", "2, 2", bytes({1, 0, 0, 1}), "True")),
             (std::vector<float>{1, 0, 0, 1}));
    QCOMPARE(pixels(npy("|u1", "2, 2", bytes({0, 255, 0, 0}), "True")),
             (std::vector<float>{0, 0, 1, 0}));
    QCOMPARE(pixels(npy(">u2", "1, 1", bytes({0xFF, 0xFF}))), std::vector<float>{1});
    QCOMPARE(pixels(npy("<f4", "1, 2", bytes({0, 0, 0, 0x3F, 0, 0, 0, 0xBF}))),
             (std::vector<float>{0.5f, 0}));  // 0.5, −0.5
    QCOMPARE(pixels(npy("<f4", "1, 2", bytes({0, 0, 0, 0x40, 0, 0, 0x80, 0x3F}))),
             (std::vector<float>{1, 0.5f}));  // 2, 1
  }

  void damageIsSaid() {
    const std::string whole = png(2, 2, 8, 0, bytes({0, 0, 255, 0, 51, 102}));
    const auto has = [](const std::string& text, const char* word) {
      QVERIFY2(text.find(word) != std::string::npos, (text + " | " + word).c_str());
    };
    has(fault(whole.substr(0, whole.size() - 13)), "cut short");
    std::string spoilt = whole;
    spoilt[45] = static_cast<char>(spoilt[45] ^ 1);
    has(fault(spoilt), "damaged");
    has(fault(png(2, 3, 8, 0, bytes({0, 0, 255, 0, 51, 102}))), "too few");
    has(fault(png(2, 2, 8, 0, bytes({0, 0, 255, 9, 51, 102}))), "filter 9");
    has(fault(png(2, 2, 3, 0, "")), "3 bits");
    has(fault(png(200000, 200000, 8, 0, "")), "200000 x 200000");
    has(fault(png(1, 1, 8, 3, bytes({0, 7}), bytes({0, 0, 0}))), "colour 7");
    has(fault("P5 2 2 255\n" + bytes({1, 2, 3})), "cut short");
    has(fault("P2 2 2 255\n1 2 3"), "3 are there");
    has(fault("P5 2 x"), "header");
    has(fault(npy("|u1", "2, 2", bytes({1, 2, 3}))), "cut short");
    has(fault(npy("|u1", "2, 2, 3", bytes({1, 2, 3}))), "no picture");
    has(fault(npy("<c8", "2, 2", "")), "no picture");
    has(fault(npy("<f4", "1, 1", bytes({0, 0, 0xC0, 0x7F}))), "no number");
    has(fault("GIF89a"), "is no PNG");
    has(fault(""), "is no PNG");
    for (std::size_t n = 0; n < whole.size(); ++n) QVERIFY(!fault(whole.substr(0, n)).empty());
  }

  void scalingKeepsTheMean() {
    const Picture small{2, 2, {0, 1, 0.5f, 0.5f}};
    for (const auto& [w, h] : {std::pair{2, 2}, {5, 3}, {1, 1}, {7, 1}}) {
      const Picture made = scaled(small, w, h);
      double mean = 0;
      for (const float grey : made.grey) mean += static_cast<double>(grey) / (w * h);
      QVERIFY(std::fabs(mean - 0.5) < 1e-6);
    }
    QCOMPARE(scaled(small, 2, 2).grey, small.grey);
    QCOMPARE(scaled(small, 4, 2).grey, (std::vector<float>{0, 0, 1, 1, .5f, .5f, .5f, .5f}));
  }

  // --- digits ---

  /// A digit resembles others of its kind more than any other digit: each of 200 samples is nearest
  /// (cosine) to its own kind's mean of 40 others, but for one in ten at most.
  void digitsCanBeToldApart() {
    const Digits digits;
    constexpr std::size_t kSide = 16;
    Picture picture{16, 16, std::vector<float>(kSide * kSide)};
    const auto sample = [&](int digit, std::uint64_t which) {
      digits.draw(digit, 0.5, {{3, 4}, which * 10 + static_cast<std::uint64_t>(digit)}, picture);
      return picture.grey;
    };
    std::vector<std::vector<double>> means(10, std::vector<double>(kSide * kSide));
    for (int d = 0; d < 10; ++d)
      for (std::uint64_t k = 0; k < 40; ++k) {
        const auto grey = sample(d, k);
        for (std::size_t i = 0; i < grey.size(); ++i)
          means[std::size_t(d)][i] += static_cast<double>(grey[i]);
      }
    int wrong = 0;
    for (int d = 0; d < 10; ++d)
      for (std::uint64_t k = 100; k < 120; ++k) {
        const auto grey = sample(d, k);
        int best = -1;
        double most = -1;
        for (int other = 0; other < 10; ++other) {
          double product = 0, square = 0;
          for (std::size_t i = 0; i < grey.size(); ++i) {
            product += static_cast<double>(grey[i]) * means[std::size_t(other)][i];
            square += means[std::size_t(other)][i] * means[std::size_t(other)][i];
          }
          if (product / std::sqrt(square) > most) most = product / std::sqrt(square), best = other;
        }
        wrong += best != d;
      }
    QVERIFY2(wrong <= 20, qPrintable(QString::number(wrong)));
  }

  void withoutVariationDigitsAreAlike() {
    const Digits digits;
    Picture a{20, 24, std::vector<float>(480)}, b = a, c = a;
    digits.draw(5, 0, {{1, 1}, 7}, a);
    digits.draw(5, 0, {{2, 9}, 8}, b);
    digits.draw(5, 1, {{2, 9}, 8}, c);
    QVERIFY(a.grey == b.grey && a.grey != c.grey);
    const double ink = std::accumulate(a.grey.begin(), a.grey.end(), 0.0);
    QVERIFY(ink > 20 && ink < 200);
  }

  // --- codes; the four pixels are 0, 0.25, 0.6 and 1 ---

  void rateIsPoisson() {
    const auto all = trains(shown("rate", {{"rate", 400.0}, {"present", 1000.0}}), 20000);
    QVERIFY(!all.contains(0));
    for (const auto& [i, x] : {std::pair{1u, 0.25}, {2u, 0.6}, {3u, 1.0}}) {
      // at most one in a step: chance 1 − exp(−rate dt); 200,000 steps, of which 2/3 are shown
      const double p = -std::expm1(-0.04 * x), n = 10000.0 * 20000 / 1050;
      const double sd = std::sqrt(n * p * (1 - p));
      QVERIFY(std::fabs(static_cast<double>(all.at(i).size()) - n * p) < 5 * sd + 0.01 * n * p);
      for (const double t : all.at(i)) QVERIFY(std::fmod(t - 0.05, 1050) < 1000);
    }
  }

  void latencyFallsWithBrightness() {
    const auto all = trains(shown("latency", {{"window", 40.0}}), 300);
    QVERIFY(!all.contains(0));
    areNear(all.at(1), {30, 180});
    areNear(all.at(2), {16, 166});
    areNear(all.at(3), {1e-6, 150 + 1e-6});  // in the first step
  }

  void phaseComesEachPeriod() {
    const auto all = trains(shown("phase", {{"period", 40.0}}), 150);
    QVERIFY(!all.contains(0));
    areNear(all.at(1), {30, 70});  // 110 is in the pause
    areNear(all.at(2), {16, 56, 96});
  }

  /// Bohte et al.: fields at 0, 1/3, 2/3 and 1, their width their distance over 1.5.
  void populationCodeFitsItsFields() {
    const auto all =
        trains(shown("population", {{"window", 50.0}, {"cells", std::int64_t{4}}}), 150);
    int fired = 0;
    for (std::uint32_t pixel = 1; pixel < 4; ++pixel)
      for (std::uint32_t cell = 0; cell < 4; ++cell) {
        const double x = pixel == 1 ? 0.25 : pixel == 2 ? 0.6 : 1, away = (x - cell / 3.0) * 4.5;
        const double response = std::exp(-away * away / 2);
        const auto found = all.find(cell * 4 + pixel);
        QCOMPARE(found != all.end(), response >= 0.1);
        if (found == all.end()) continue;
        ++fired;
        QCOMPARE(found->second.size(), std::size_t{1});
        QVERIFY(std::fabs(found->second[0] - std::max(50 * (1 - response), 1e-6)) < 1e-4);
      }
    QVERIFY(fired > 4);
  }

  void deltaCountsThresholds() {
    const auto all = trains(shown("delta", {{"threshold", 0.2}, {"interval", 3.0}}), 150);
    // ON when it appears, OFF when it goes; 0.25, 0.6 and 1 pass 1, 3 and 5 thresholds
    for (const auto& [pixel, count] : {std::pair{1u, 1}, {2u, 3}, {3u, 5}})
      for (const std::uint32_t channel : {0u, 1u}) {
        const auto& times = all.at(channel * 4 + pixel);
        QCOMPARE(times.size(), static_cast<std::size_t>(count));
        for (int k = 0; k < count; ++k)
          QVERIFY(std::fabs(times[std::size_t(k)] - channel * 100.0 - 3 * k) < 1e-4);
      }
    QVERIFY(!all.contains(0) && !all.contains(4));
  }

  void deltaWithoutPauseTellsWhatChanges() {
    Values values = {{"coding", std::string("delta")},
                     {"digits", Json{"[3]"}},
                     {"variation", 0.0},
                     {"pause", 0.0},
                     {"present", 50.0}};
    // the same picture again and again: only its first coming is news
    const auto all = spikesOf("source.image", values, 300);
    QVERIFY(!all.empty());
    for (const Spike& s : all) QVERIFY(s.t < 50 * kMillisecond && s.neuron < 256);
  }

  void burstsSayItTwice() {
    const auto all = trains(
        shown("burst", {{"most", std::int64_t{5}}, {"interval", 2.0}, {"window", 50.0}}), 150);
    // 5 x, rounded up; apart 10 − 8 x
    areNear(all.at(1), {8, 16});
    areNear(all.at(2), {5.2, 10.4, 15.6});
    areNear(all.at(3), {2, 4, 6, 8, 10});
    QVERIFY(!all.contains(0));
  }

  void invertedBlackIsWhite() {
    const auto all = trains(shown("latency", {{"invert", true}, {"window", 40.0}}), 120);
    QVERIFY(all.contains(0) && !all.contains(3));
    areNear(all.at(1), {10});
  }

  // --- as a node ---

  void labelSaysWhatIsShown() {
    Builder b;
    const Id id = b.node("source.image", {{"digits", Json{"[4, 9]"}}});
    Listened<Sample> heard(b.project, id, "label");
    QCOMPARE(heard.run.error, std::string());
    const std::vector<Sample>& label = heard.until(400);
    const std::vector<std::pair<double, float>> expected = {
        {0, 4.f}, {100, -1.f}, {150, 9.f}, {250, -1.f}, {300, 4.f}};
    QCOMPARE(label.size(), expected.size());
    for (std::size_t i = 0; i < label.size(); ++i) {
      QCOMPARE(toMilliseconds(label[i].t), expected[i].first);
      QCOMPARE(label[i].value, expected[i].second);
    }
  }

  /// Its trains are a grid: a pooling kernel sees what lies side by side.
  void trainsAreAGrid() {
    Builder b;
    const Id id = b.node("source.image", {{"width", std::int64_t{8}}, {"height", std::int64_t{8}}});
    const Id pool = b.node("neuron.lif_delta", {{"n", Json{"[1, 4, 4]"}}});
    b.synapses(id, pool, {{"rule", std::string("pooling")}, {"kernel", std::int64_t{2}}});
    QCOMPARE(Run(b.project).error, std::string());
    b.project.items.at(pool).values["n"] = Json{"[1, 4, 5]"};
    QVERIFY(Run(b.project).error.find("8 x 8 sources make 4 x 4") != std::string::npos);
  }

  void whatIsWrongIsNamed() {
    const auto has = [](const std::string& text, const char* word) {
      QVERIFY2(text.find(word) != std::string::npos, (text + " | " + word).c_str());
    };
    has(refusal("source.image", {{"picture", std::string("file")}}), "it.file");
    has(refusal("source.image", {{"digits", Json{"[3, 12]"}}}), "it.digits");
    has(refusal("source.image", {{"digits", Json{"[2.5]"}}}), "2.5");
    has(refusal("source.image", {{"digits", Json{"[]"}}}), "at least one");
    has(refusal("source.image",
                {{"picture", std::string("file")}, {"file", file("bad.png", "GIF89a")}}),
        "bad.png");
  }
};

QTEST_APPLESS_MAIN(ImageTest)
#include "image_test.moc"
