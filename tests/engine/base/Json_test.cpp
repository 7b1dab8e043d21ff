#include "engine/base/Json.h"

#include <QTest>
#include <cmath>
#include <limits>

#include "engine/base/Rng.h"

using namespace spk;

namespace {

JsonNode parsed(std::string_view text) {
  auto node = JsonNode::parse(text);
  return node ? std::move(node).value() : JsonNode("ERROR " + node.error().text());
}
QString again(std::string_view text) { return QString::fromStdString(parsed(text).write()); }
QString failure(std::string_view text) {
  const auto node = JsonNode::parse(text);
  return node ? QString() : QString::fromStdString(node.error().text());
}

/// A random tree, for round trips.
JsonNode randomNode(RandomSequence& random, int depth) {
  switch (random.below(depth > 4 ? 5 : 7)) {
    case 0: return {};
    case 1: return random.below(2) == 1;
    case 2: return static_cast<std::int64_t>(std::uint64_t{random.word()} << 32 | random.word());
    case 3: return (random.uniform() - 0.5) * std::pow(10.0, random.below(600) - 300.0);
    case 4: {
      std::string text;
      for (std::uint32_t i = random.below(12); i > 0; --i) {
        static const std::string kPieces[] = {"a", "\"", "\\", "\n", "\x01", "µ",
                                              "Ω", "→",  "😀",  "/",  " "};
        text += kPieces[random.below(11)];
      }
      return text;
    }
    case 5: {
      JsonNode list = JsonNode::list();
      for (std::uint32_t i = random.below(5); i > 0; --i) list.add(randomNode(random, depth + 1));
      return list;
    }
    default: {
      JsonNode object = JsonNode::object();
      for (std::uint32_t i = random.below(5); i > 0; --i)
        object.set("key " + std::to_string(random.below(100)), randomNode(random, depth + 1));
      return object;
    }
  }
}

}  // namespace

class JsonTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void writesWhatItRead() {
    QCOMPARE(again("[1,2.0,\"a\",null,true,{\"b\":[],\"a\":{}}]"),
             "[1, 2.0, \"a\", null, true, {\"b\": [], \"a\": {}}]");
    QCOMPARE(again("\"\\u00b5 \\n\\u0001\""), QString::fromUtf8("\"µ \\n\\u0001\""));
    QCOMPARE(again("1e2"), "100.0");
    QCOMPARE(again("-0.0"), "-0.0");
    QCOMPARE(again("1e-7"), "1e-07");
    QCOMPARE(QString::fromStdString(parsed("{\"a\":[1],\"b\":{}}").write(true)),
             "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}");
  }

  void integersAndRealsStayApart() {
    QVERIFY(parsed("3").form() == JsonNode::Form::Integer);
    QVERIFY(parsed("3.0").form() == JsonNode::Form::Real);
    QCOMPARE(parsed("9223372036854775807").integer(), std::numeric_limits<std::int64_t>::max());
    QCOMPARE(parsed("-9223372036854775808").integer(), std::numeric_limits<std::int64_t>::min());
    QVERIFY(failure("9223372036854775808").contains("does not fit into 64 bits"));
    QVERIFY(failure("[1, 123456789012345678901234567890]").contains("write it as text"));
    QVERIFY(!failure("1e999").isEmpty());
  }

  void randomTreesComeBack() {
    RandomSequence random({1, 2}, 3);
    for (int i = 0; i < 2000; ++i) {
      const std::string text = randomNode(random, 0).write(random.below(2) == 1);
      QCOMPARE(QString::fromStdString(parsed(text).write()),
               QString::fromStdString(parsed(parsed(text).write()).write()));
      QVERIFY(!parsed(text).text().starts_with("ERROR"));
    }
  }

  void errorsNameThePlace() {
    QVERIFY2(failure("{\n  \"a\": 1,\n  \"b\" 2\n}").contains("line 3, column "),
             qPrintable(failure("{\n  \"a\": 1,\n  \"b\" 2\n}")));
    QVERIFY(failure("").contains("line 1, column 1"));
    QVERIFY(failure("[1, 2").contains("line 1"));
    QVERIFY(failure("{\"a\": 1, \"a\": 2}").contains("\"a\" is there twice"));
    QVERIFY(failure("[1] x").contains("line 1, column 5"));
    QVERIFY(failure("nul").contains("line 1"));
    QVERIFY(!failure("\"\xff\"").isEmpty());
    QVERIFY(!failure("'a'").isEmpty());
    QVERIFY(!failure("[1,]").isEmpty());
    QVERIFY(!failure("// no\n1").isEmpty());
    QVERIFY(!failure("NaN").isEmpty());
  }

  void depthIsBounded() {
    const std::string deep64 = std::string(64, '[') + std::string(64, ']');
    QVERIFY(failure(deep64).isEmpty());
    QVERIFY(failure("[" + deep64 + "]").contains("64 levels"));
    QVERIFY(JsonNode::parse("[" + deep64 + "]", 65));
    QVERIFY(failure(std::string(1000000, '[')).contains("64 levels"));
  }

  void membersInOrder() {
    JsonNode node = parsed("{\"z\": 1, \"a\": 2}");
    QCOMPARE(node.find("a")->integer(), std::int64_t{2});
    QVERIFY(!node.find("b"));
    QVERIFY(!JsonNode(3).find("b"));
    node.set("z", 5);
    node.set("b", "new");
    QCOMPARE(QString::fromStdString(node.write()), "{\"z\": 5, \"a\": 2, \"b\": \"new\"}");
  }

  void valuesComeBack() {
    const Value values[] = {
        true,         std::int64_t{-5},    5.0,      std::string("5"), Json{"[1, 2.0]"},
        Json{"null"}, Json{"{\"a\": []}"}, INFINITY, -INFINITY,        Blob::missing("0123")};
    for (const Value& value : values) QVERIFY(toValue(parsed(toJson(value).write())) == value);
    const Value nan = toValue(parsed(toJson(Value(NAN)).write()));
    QVERIFY(std::holds_alternative<double>(nan) && std::isnan(std::get<double>(nan)));
    QVERIFY(toJson(Value(Json{"[broken"})).text() == "[broken");
  }

  void textsThatAreNoUtf8StayReadable() {
    QCOMPARE(again(JsonNode(std::string("a\xff\xc3")).write()),
             QString::fromUtf8("\"a\uFFFD\uFFFD\""));
    QVERIFY(isUtf8("Ω → 😀") && !isUtf8("\xc3") && !isUtf8("\xed\xa0\x80") && !isUtf8("\xc0\x80"));
    QVERIFY(isUtf8(""));
  }
};

QTEST_APPLESS_MAIN(JsonTest)
#include "Json_test.moc"
