#include "engine/base/H5.h"

#include <QTemporaryDir>
#include <QTest>
#include <numeric>
#include <thread>

#include "engine/base/file.h"

using namespace spk;
namespace fs = std::filesystem;

namespace {

template <H5Number T>
void roundTrip(H5& file, const std::string& path) {
  std::vector<T> values(24);
  std::iota(values.begin(), values.end(), T{100});
  QVERIFY(file.write(path, values, {2, 3, 4}, {{1, 3, 2}, 4}));
  QVERIFY(file.read<T>(path).value() == values);
  QVERIFY((file.info(path).value().shape == std::vector<std::size_t>{2, 3, 4}));
  std::vector<T> part(4);
  const std::size_t first[] = {1, 1, 2}, count[] = {1, 2, 2};
  QVERIFY(file.readPart<T>(path, first, count, part));
  QVERIFY((part == std::vector<T>{values[18], values[19], values[22], values[23]}));
}

}  // namespace

class H5Test : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() { QVERIFY(folder_.emplace().isValid()); }

  void numbersOfEveryType() {
    auto file = H5::create(at("x.h5"));
    QVERIFY2(file, file ? "" : file.error().text().c_str());
    roundTrip<double>(file.value(), "/a/double");
    roundTrip<float>(file.value(), "/a/float");
    roundTrip<std::int64_t>(file.value(), "/a/int64");
    roundTrip<std::uint64_t>(file.value(), "/a/uint64");
    roundTrip<std::int32_t>(file.value(), "/a/int32");
    roundTrip<std::uint32_t>(file.value(), "/a/uint32");
    roundTrip<std::int16_t>(file.value(), "/a/int16");
    roundTrip<std::uint16_t>(file.value(), "/a/uint16");
    roundTrip<std::int8_t>(file.value(), "/a/int8");
    roundTrip<std::uint8_t>(file.value(), "/a/uint8");
    QVERIFY(file.value().close());
    const auto again = H5::open(at("x.h5"));
    QVERIFY(again);
    QCOMPARE(again.value().names("/a").value().size(), std::size_t{10});
    QCOMPARE(again.value().read<double>("/a/uint8").value().back(), 123.0);  // HDF5 converts
    const auto info = again.value().info("/a/int16").value();
    QVERIFY(info.form == H5::Form::Integer && info.isSigned && info.bytes == 2);
    QVERIFY((info.chunk == std::vector<std::size_t>{1, 3, 2}));
    QVERIFY((info.filters == std::vector<int>{2, 1}));  // shuffle, deflate
  }

  void textsAndAttributes() {
    auto made = H5::create(at("x.h5"));
    QVERIFY(made);
    H5& file = made.value();
    const std::vector<std::string> texts = {"Ω", "", "a longer one"};
    QVERIFY(file.writeTexts("/t", texts));
    QVERIFY(file.writeText("/deep/er/one", "word"));
    QVERIFY(file.readTexts("/t").value() == texts);
    QCOMPARE(file.readText("/deep/er/one").value(), std::string("word"));
    QVERIFY(!file.readText("/t"));
    for (const Value& value :
         {Value(std::int64_t{-5}), Value(2.5), Value(std::string("µ")), Value(std::string())}) {
      QVERIFY(file.setAttribute("/t", "a", value));
      QVERIFY(file.attribute("/t", "a").value() == value);
    }
    QVERIFY(file.setAttribute("/", "flag", true));
    QVERIFY(file.attribute("/", "flag").value() == Value(std::int64_t{1}));
    QVERIFY((file.attributes("/t").value() == std::vector<std::string>{"a"}));
    QVERIFY(file.hasAttribute("/t", "a") && !file.hasAttribute("/t", "b") &&
            !file.hasAttribute("/none", "b"));
    QVERIFY(file.isGroup("/deep") && !file.isGroup("/t") && !file.isGroup("/none"));
    QVERIFY(file.has("/deep/er/one") && !file.has("/deep/none/one"));
  }

  void appendGrows() {
    auto made = H5::create(at("x.h5"));
    QVERIFY(made);
    std::vector<std::uint32_t> all;
    for (std::uint32_t i = 0; i < 50; ++i) {
      const std::vector<std::uint32_t> batch(i * 37 % 100, i);
      QVERIFY(made.value().append("/g/x", std::span<const std::uint32_t>(batch), {{64}, 1}));
      all.insert(all.end(), batch.begin(), batch.end());
    }
    QVERIFY(made.value().read<std::uint32_t>("/g/x").value() == all);
    QVERIFY(made.value().write("/empty", std::span<const double>()));
    QCOMPARE(made.value().read<double>("/empty").value().size(), std::size_t{0});
  }

  void equalContentGivesEqualBytes() {
    for (const char* name : {"a.h5", "b.h5"}) {
      auto file = H5::create(at(name));
      QVERIFY(file);
      QVERIFY(file.value().write("/g/x", std::vector<double>{1, 2, 3}, {}, {{2}, 6}));
      QVERIFY(file.value().writeTexts("/g/t", std::vector<std::string>{"a", "b"}));
      QVERIFY(file.value().setAttribute("/g", "unit", std::string("ms")));
      QVERIFY(file.value().close());
      QTest::qSleep(1100);  // a time stamp, were there one, would differ by a second
    }
    QVERIFY(readFile(at("a.h5")).value() == readFile(at("b.h5")).value());
  }

  void mistakesAreErrorsInWords() {
    auto made = H5::create(at("x.h5"));
    QVERIFY(made);
    H5& file = made.value();
    QVERIFY(file.write("/x", std::vector<double>{1, 2, 3}));
    QVERIFY(!file.write("/x", std::vector<double>{1}));                   // there already
    QVERIFY(!file.write("/y", std::vector<double>{1, 2}, {3}));           // shape
    QVERIFY(!file.write("/z", std::vector<double>{1, 2}, {}, {{1, 1}}));  // chunk
    QVERIFY(!file.read<double>("/none") && !file.read<double>("/"));
    QVERIFY(!file.readTexts("/x") && !file.names("/x") && !file.attribute("/x", "none"));
    std::vector<double> room(2);
    const std::size_t beyond[] = {2}, two[] = {2};
    QVERIFY(!file.readPart<double>("/x", beyond, two, room));
    QVERIFY(!H5::open(at("none.h5")));
    QVERIFY(writeFileSafely(at("text.h5"), "no HDF5 at all"));
    const auto text = H5::open(at("text.h5"));
    QVERIFY(!text && text.error().text().find("is no HDF5 file") != std::string::npos);
    QVERIFY(!H5::create(at("no/folder/x.h5")));
    QVERIFY(file.close());
    QVERIFY(!file.read<double>("/x"));
    // Cut short at every kind of place: an error or an empty file, never a crash.
    const std::string whole = readFile(at("x.h5")).value();
    for (std::size_t size = 0; size < whole.size(); size += 61) {
      QVERIFY(writeFileSafely(at("cut.h5"), whole.substr(0, size)));
      const auto cut = H5::open(at("cut.h5"));
      QVERIFY(!cut || !cut.value().read<double>("/x"));
    }
  }

  void rawChunks() {
    auto file = H5::create(at("x.h5"));
    QVERIFY(file);
    QVERIFY(file.value().write("/x", std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6}, {}, {{4}}));
    const std::size_t second[] = {4}, none[] = {8};
    const auto chunk = file.value().rawChunk("/x", second);
    QVERIFY(chunk);
    QCOMPARE(chunk.value().bytes.size(), std::size_t{4});  // chunks are stored whole
    QCOMPARE(chunk.value().bytes[1], std::byte{6});
    QVERIFY(!file.value().rawChunk("/x", none));
  }

  void tablesGrowByRowsAndByEncodedChunks() {
    auto made = H5::create(at("x.h5"));
    H5& file = made.value();
    const H5::Table rows{{{"a", H5::Number::U16, 0}, {"b", H5::Number::I64, 8}}, 16, 4};
    struct Row {
      std::uint16_t a;
      std::int64_t b;
    };
    const std::vector<Row> three = {{1, -1}, {2, -2}, {3, -3}};
    QVERIFY(file.makeTable("/g/rows", rows));
    QVERIFY(file.appendRows("/g/rows", rows, std::as_bytes(std::span(three))));
    QVERIFY(file.appendRows("/g/rows", rows, std::as_bytes(std::span(three).first(1))));
    std::vector<std::int64_t> part(3);
    QVERIFY(file.readMemberPart("/g/rows", "b", 1, std::span(part)));
    QCOMPARE(part, (std::vector<std::int64_t>{-2, -3, -1}));
    QVERIFY(!file.readMemberPart("/g/rows", "b", 2, std::span(part)));
    QVERIFY(!file.readMemberPart("/g/rows", "c", 0, std::span(part)));

    const H5::Table coded{{{"", H5::Number::U8, 0}}, 1, 4, 36559};
    const std::byte code[] = {std::byte{7}, std::byte{9}};
    QVERIFY(file.makeTable("/coded", coded));
    QVERIFY(file.appendChunk("/coded", code, 4));
    QVERIFY(file.appendChunk("/coded", code, 3));
    QVERIFY(!file.appendChunk("/coded", code, 4));  // the one before is not full
    QVERIFY(!file.appendChunk("/g/rows", code, 9));
    const auto info = file.info("/coded").value();
    QCOMPARE(info.shape, std::vector<std::size_t>{7});
    QCOMPARE(info.filters, std::vector<int>{36559});
    QCOMPARE(info.stored, std::size_t{4});
    const std::size_t second[] = {4};
    QCOMPARE(file.rawChunk("/coded", second).value().bytes[1], std::byte{9});
  }

  void listsHaveLengthsOfTheirOwn() {
    auto made = H5::create(at("x.h5"));
    H5& file = made.value();
    const std::vector<std::vector<double>> lists = {{1.5, 2}, {}, {3}};
    QVERIFY(file.writeLists("/g/lists", lists));
    QCOMPARE(file.info("/g/lists").value().form, H5::Form::List);
    for (std::size_t i = 0; i < lists.size(); ++i)
      QCOMPARE(file.readList("/g/lists", i, 10).value(), lists[i]);
    QVERIFY(!file.readList("/g/lists", 3, 10));
    QVERIFY(!file.readList("/g/lists", 0, 1));  // longer than allowed
    QVERIFY(file.write("/x", std::vector<double>{1}));
    QVERIFY(!file.readList("/x", 0, 10));
  }

  void threadsShareTheLibrary() {
    auto file = H5::create(at("x.h5"));
    QVERIFY(file);
    QVERIFY(file.value().write("/x", std::vector<double>(1000, 2.5), {}, {{100}, 1}));
    std::atomic<int> good = 0;
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
          for (int i = 0; i < 50; ++i) good += file.value().read<double>("/x").value()[i] == 2.5;
        });
    }
    QCOMPARE(good.load(), 200);
  }

 private:
  fs::path at(const char* name) const { return fs::path(folder_->path().toStdString()) / name; }
  std::optional<QTemporaryDir> folder_;
};

QTEST_APPLESS_MAIN(H5Test)
#include "H5_test.moc"
