#include "engine/graph/Equations.h"

#include <QtTest>
#include <cmath>

#include "engine/graph/check.h"

using namespace spk;

namespace {

/// What is wrong in a text, and under which words; "" where nothing is.
struct Faulty {
  const char *name, *text, *marked, *says;
};
const Faulty kFaulty[] = {
    {"wrong unit of an equation", "dv/dt = tau*v : mV\ntau = 20 ms", "tau*v",
     "`tau*v` has the unit mV·ms, and `dv/dt : mV` needs mV/ms"},
    {"a term of another unit", "dv/dt = (v + I)/tau : mV\nI : pA (input)\ntau = 20 ms", "I",
     "`I` has the unit pA, but `v` has mV; `+` needs like units"},
    {"a number without unit", "dv/dt = (v - 70)/tau : mV\ntau = 20 ms", "70",
     "`70` has the unit no unit, but `v` has mV"},
    {"unknown name", "dv/dt = -v/tua : mV\ntau = 20 ms", "tua", "`tua` is not known"},
    {"unknown function", "dv/dt = -foo(v)/ms : mV", "foo", "`foo` is no function"},
    {"missing star", "dv/dt = -2 v/ms : mV", "v", "a `*` is missing before `v`"},
    {"missing star before a parenthesis", "dv/dt = -v(1 - 2)/ms : mV", "v", "a `*` is missing"},
    {"argument with a unit", "dv/dt = exp(v)*mV/ms : mV", "v",
     "`exp` needs a number without unit, but `v` has the unit mV"},
    {"too few arguments", "dv/dt = max(v)/ms : mV", "max(v)", "takes 2 values, 1 are given"},
    {"missing parenthesis", "dv/dt = -(v/ms : mV", ":", "`)` is missing"},
    {"end of the line", "dv/dt = -v/ms + : mV", ":", "`:` is not expected here"},
    {"nothing behind an operator", "threshold: v >\ndv/dt = -v/ms : mV", "", "ends too early"},
    {"missing unit", "dv/dt = -v/ms", "", "`: unit` is missing at the end"},
    {"unknown unit", "dv/dt = -v/ms : mX", "mX", "`mX` is no unit"},
    {"unknown flag", "dv/dt = -v/ms : mV (shared)", "shared", "`shared` is not known here"},
    {"words behind the unit", "dv/dt = -v/ms : mV pA", "pA", "not expected behind the unit"},
    {"a power with a unit", "dv/dt = 2**v*mV/ms : mV", "v", "`**` needs a number without unit"},
    {"a power that is no number", "dv/dt = v**k/ms : mV\nk = 2", "k", "must be a whole number"},
    {"a condition as a number", "dv/dt = (v > 1 mV)*mV/ms : mV", "(v > 1 mV)",
     "is true or false, but `*` needs a number"},
    {"a number as a condition", "dv/dt = -v/ms : mV\nthreshold: v", "v", "is no condition"},
    {"where without a condition", "dv/dt = where(v, 1, 2)*mV/ms : mV", "v",
     "begins with a condition"},
    {"two comparisons", "dv/dt = -v/ms : mV\nthreshold: 0 mV < v < 3 mV", "<",
     "one comparison at a time"},
    {"compared units", "dv/dt = -v/ms : mV\nthreshold: v > 3 ms", "3 ms", "`>` needs like units"},
    {"reset of an expression",
     "dv/dt = -v/ms : mV\nI = 2*v : mV\nthreshold: v > 1 mV\nreset: I = 0", "I",
     "has no equation dI/dt"},
    {"reset of another unit", "dv/dt = -v/ms : mV\nthreshold: v > 1 mV\nreset: v = 3 ms", "3 ms",
     "`3 ms` has the unit ms, and `v =` (mV) needs mV"},
    {"reset without threshold", "dv/dt = -v/ms : mV\nreset: v = 0", "reset", "no `threshold:`"},
    {"refractory time of another unit", "dv/dt = -v/ms : mV\nthreshold: v > 1 mV\nrefractory: 2 mV",
     "2 mV", "and the refractory time needs ms"},
    {"refractory time that moves", "dv/dt = -v/ms : mV\nthreshold: v > 1 mV\nrefractory: v*ms/mV",
     "v*ms/mV", "is a constant such as 2 ms"},
    {"flag without refractory", "dv/dt = -v/ms : mV (refractory)", "d",
     "there is no `refractory:`"},
    {"defined twice", "dv/dt = -v/ms : mV\nv = 3 mV", "v", "`v` is defined twice"},
    {"defined by itself", "dv/dt = -a/ms : mV\na = b : mV\nb = 2*a : mV", "a",
     "`a` is defined by itself"},
    {"a word of the language", "dv/dt = -exp/ms : mV\nexp = 3 mV", "exp", "a word of the language"},
    {"a parameter of every node", "dv/dt = -v/x : mV\nx = 3 ms", "x", "that every node has"},
    {"outside its bounds", "dv/dt = -v/tau : mV\ntau = 20 ms in [30 ms, 40 ms]", "tau",
     "lies outside its bounds, 30 … 40"},
    {"bounds of another unit", "dv/dt = -v/tau : mV\ntau = 20 ms in [1 mV, 40 mV]", "1 mV",
     "the bound is in mV, the parameter in ms"},
    {"empty bounds", "dv/dt = -v/tau : mV\ntau = 20 ms in [30 ms, 3 ms]", "tau", "must lie below"},
    {"unknown method", "dv/dt = -v/ms : mV\nmethod: magic", "magic", "is no method"},
    {"not linear", "dv/dt = -v**2/(ms*mV) : mV\nmethod: exact", "exact",
     "linear with constant coefficients, but dv/dt is not"},
    {"not linear in itself", "dv/dt = -v**2/(ms*mV) : mV\nmethod: exponential_euler",
     "exponential_euler", "linear in its own variable, but dv/dt is not"},
    {"weight outside on", "dv/dt = -w/ms : mV", "w", "`w` is not known"},
    {"weight that has no unit of its own",
     "dv/dt = -v/ms : mV\ndu/dt = -u/ms : pA\non in: v += w; u += w", "w",
     "`w` has the unit mV, and `u +=` (pA) needs pA"},
    {"a line that is nothing", "dv/dt = -v/ms : mV\nfoo bar", "foo", "begins no statement"},
    {"a strange sign", "dv/dt = -v/ms ? 3 : mV", "?", "`?` has no meaning here"},
    {"no equation", "tau = 3 ms", "t", "there is no equation"},
    {"too large a number", "dv/dt = -v/(1e999 ms) : mV", "1e999", "too large a number"},
    {"division by nothing", "dv/dt = v/0 : mV", "0", "division by 0"},
    {"trace without a word", "dv/dt = I/ms : mV\nI : mV", "I", "has a unit but no value"},
};

std::string firstProblem(std::string_view text) {
  const Equations read = readEquations(text);
  return read.problems.empty() ? "" : read.problems[0].what;
}

}  // namespace

class EquationsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void problemsSayWhereAndWhat_data() {
    QTest::addColumn<int>("which");
    for (int i = 0; i < static_cast<int>(std::size(kFaulty)); ++i)
      QTest::newRow(kFaulty[i].name) << i;
  }
  void problemsSayWhereAndWhat() {
    QFETCH(int, which);
    const Faulty& one = kFaulty[which];
    const std::string_view text = one.text;
    const Equations read = readEquations(text);
    QVERIFY(!read.problems.empty());
    const EquationProblem& first = read.problems[0];
    QVERIFY2(first.what.find(one.says) != std::string::npos, first.what.c_str());
    const std::string_view under = text.substr(std::min(first.at, text.size()), first.length);
    if (one.marked[0])
      QVERIFY2(under.starts_with(one.marked), (std::string(under) + " | " + first.what).c_str());
    const auto before = text.substr(0, first.at);
    QCOMPARE(first.line, 1 + static_cast<int>(std::ranges::count(before, '\n')));
  }

  void columnsCountLetters() {
    const Equations read = readEquations("# ä\ndv/dt = -v/(20 µs) + ö : mV");
    QCOMPARE(read.problems.size(), std::size_t{1});
    QCOMPARE(read.problems[0].line, 2);
    QCOMPARE(read.problems[0].column, 22);
  }

  void everyLineIsLookedAt() {
    const Equations read = readEquations("dv/dt = foo/ms : mV\ndu/dt = bar/ms : mV");
    QCOMPARE(read.problems.size(), std::size_t{2});
    QCOMPARE(read.problems[1].line, 2);
  }

  void unitsAreRead_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("factor");
    QTest::addColumn<QString>("dimension");
    const auto row = [](const char* text, double factor, const char* dimension) {
      QTest::newRow(text) << text << factor << dimension;
    };
    row("mV", 1, "mV");
    row("volt", 1e3, "mV");
    row("Mohm", 1e-3, "GΩ");
    row("MΩ", 1e-3, "GΩ");
    row("nS/mV", 1, "nS/mV");
    row("uS", 1e3, "nS");
    row("Hz", 1e-3, "1/ms");
    row("1/(ms*mV)", 1, "1/mV/ms");
    row("pA*ms/mV", 1, "pF");
    row("uA/cm**2", 1e-2, "pA/µm^2");
    row("mmol", 1e15, "amol");
    row("mM", 1, "mM");
    row("1", 1, "no unit");
    row("ms**-1", 1, "1/ms");
    row("mV*ms**0.5", 1, "mV·ms^0.5");
  }
  void unitsAreRead() {
    QFETCH(QString, text);
    QFETCH(double, factor);
    QFETCH(QString, dimension);
    const auto unit = readUnit(text.toStdString());
    QVERIFY2(unit, unit ? "" : unit.error().what.c_str());
    QVERIFY(std::fabs(unit.value().factor() / factor - 1) < 1e-12);
    QCOMPARE(QString::fromStdString(dimensionText(unit.value().dimension)), dimension);
  }

  void partsBecomeTheNode() {
    const Equations e = readEquations(R"(
      dv/dt = (E_L - v + R*(I + I_syn))/tau
              : mV (unless refractory)   # membrane potential
      dI_syn/dt = -I_syn/tau_s : nA
      I : pA (input)    # current from outside
      on in: I_syn += w
      on kick:
        v += w*gain; I_syn = 0
      threshold: v >= -50 mV and I > -1 nA
      reset: v = E_L
      refractory: 2 ms
      initial: v = E_L; I_syn = 20 pA
      parameters:
        tau = 20 ms in [1 ms, 0.2 s]   # membrane time constant
        R = 100 Mohm; E_L = -70 mV in [-100, 0]
        tau_s = 0.005 s
        gain = 2 mV/nS
    )");
    QCOMPARE(e.problems.empty() ? std::string() : e.problems[0].what, std::string());
    QCOMPARE(e.variables.size(), std::size_t{2});
    QVERIFY(e.variables[0].frozen && !e.variables[1].frozen);
    QCOMPARE(e.variables[0].doc, std::string("membrane potential"));
    QCOMPARE(e.variables[0].initialFrom, std::string("E_L"));
    QCOMPARE(e.variables[1].unit.text, std::string("nA"));
    QVERIFY(std::fabs(e.variables[1].initial - 0.02) < 1e-15);
    QCOMPARE(e.inputs[0].doc, std::string("current from outside"));
    QCOMPARE(e.ports.size(), std::size_t{2});
    QCOMPARE(e.ports[0].unit, std::string("nA"));
    QCOMPARE(e.ports[1].unit, std::string("nS"));
    QVERIFY(e.ports[0].statements[0].always && e.ports[1].statements[0].always);
    QVERIFY(!e.ports[1].statements[1].always);
    QCOMPARE(e.parameters.size(), std::size_t{5});
    QCOMPARE(e.parameters[0].parameter.max, 200.0);
    QCOMPARE(e.parameters[0].parameter.doc, std::string("membrane time constant"));
    QCOMPARE(e.parameters[1].parameter.unit, std::string("MΩ"));
    QCOMPARE(e.parameters[2].parameter.min, -100.0);
    QCOMPARE(e.parameters[3].parameter.unit, std::string("s"));
    QVERIFY(e.method == Equations::Method::Exact);
  }

  void linearSystemsAreFound_data() {
    QTest::addColumn<QString>("right");
    QTest::addColumn<bool>("linear");
    const auto row = [](const char* right, bool linear) {
      QTest::newRow(right) << right << linear;
    };
    row("-v/tau", true);
    row("(E - v)/tau + k*u", true);
    row("-(v - u)*exp(-E/mV/10)/tau", true);
    row("(2*(v + u) - (v - u)/2)/tau", true);
    row("where(E > 0, v, u)/tau", true);
    row("J*J/mV/tau - v/tau", true);
    row("(E + 3*xi*sqrt(tau)*mV - v)/tau", true);
    row("-v**2/mV/tau", false);
    row("-v*u/mV/tau", false);
    row("J*v/mV/tau", false);
    row("-abs(v)/tau", false);
    row("where(v > 0, v, u)/tau", false);
    row("sin(t/ms)*mV/ms", false);
    row("-t*v/tau/ms", false);
    row("mV*v/(u + v)/ms", false);
  }
  void linearSystemsAreFound() {
    QFETCH(QString, right);
    QFETCH(bool, linear);
    const std::string text = "dv/dt = " + right.toStdString() +
                             " : mV\ndu/dt = -u/tau : mV\nJ : mV (input)\ntau = 3 ms\nE = 4 mV\nk "
                             "= 2 1/ms";
    const Equations e = readEquations(text);
    QCOMPARE(firstProblem(text), std::string());
    QCOMPARE(e.method == Equations::Method::Exact, linear);
  }

  void checkRefusesBadTexts() {
    const Parameter parameter{
        .name = "equations", .kind = Kind::Equation, .initial = std::string("dv/dt = -v/ms : mV")};
    QVERIFY(checkValue(parameter, std::string("dv/dt = -v/ms : mV")));
    const auto bad = checkValue(parameter, std::string("dv/dt = -v/ms : mV\nreset: u = 1"));
    QVERIFY(!bad);
    QCOMPARE(bad.error().what,
             std::string("equations, line 2, column 8: `u` is no variable; a statement sets one, "
                         "as in v = V_reset"));
  }

  void boundsHold() {
    std::string deep = "dv/dt = ";
    for (int i = 0; i < 5000; ++i) deep += "(";
    QVERIFY(firstProblem(deep + "v : mV").find("more than 100") != std::string::npos);
    std::string chain = "dv/dt = a0*mV/ms : mV\n";
    for (int i = 0; i < 500; ++i)
      chain += "a" + std::to_string(i) + " = a" + std::to_string(i + 1) + " : 1\n";
    QVERIFY(firstProblem(chain + "a500 = 1 + v/mV : 1").find("more than 100") != std::string::npos);
    std::string doubled = "dv/dt = a40*mV/ms : mV\na0 = v/mV : 1\n";
    for (int i = 1; i <= 40; ++i) {
      const std::string one = "a" + std::to_string(i - 1);
      doubled += "a" + std::to_string(i) + " = " + one + " + " + one + " : 1\n";
    }
    QCOMPARE(firstProblem(doubled), std::string());  // 2^40 terms written out
    QVERIFY(firstProblem(std::string(20000, ' ') + "dv/dt = -v/ms : mV").find("longer") !=
            std::string::npos);
  }
};

QTEST_APPLESS_MAIN(EquationsTest)
#include "Equations_test.moc"
