#pragma once
#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QMap>
#include <QRegularExpression>
#include <QString>
#include <QStringList>
#include <optional>

/// The law of the house as plain data and functions on texts, so that law_test.cpp can hold it
/// against the real files and against planted breaches alike.
namespace law {

/// What an #include <…> brings in.
enum Outside { Std = 1, System = 2, Library = 4, Qt = 8, Vtk = 16, ImGui = 32 };

/// Who may include whom. The first row whose `files` matches the path holds.
struct Row {
  const char* files;     ///< pattern of paths, from the root
  QStringList may;       ///< beginnings of what may be included; "." is the file's own folder
  int outside;           ///< of .cpp files
  int outsideOfHeaders;  ///< of .h files
};

inline const QList<Row>& table() {
  constexpr int kPlain = Std | System | Library, kWindow = Std | System | Qt | Vtk | ImGui;
  const QStringList base = {"engine/base/"}, data = base + QStringList{"engine/data/"},
                    analysis = data + QStringList{"engine/analysis/"},
                    graph = analysis + QStringList{"engine/graph/"},
                    sim = graph + QStringList{"engine/sim/"},
                    run = sim + QStringList{"engine/run/"};
  static const QList<Row> kRows = {
      // Kernels are compiled for wider machines: nothing of theirs may leak into the program.
      {R"(^(engine|plugins)/.*\.step\.cpp$)", {"engine/sim/Step.h"}, 0, 0},
      {R"(^engine/base/)", base, kPlain, Std},
      {R"(^engine/data/)", data, kPlain, Std},
      {R"(^engine/analysis/)", analysis, kPlain, Std},
      {R"(^engine/graph/)", graph, kPlain, Std},
      {R"(^engine/sim/)", sim, kPlain, Std},
      {R"(^engine/run/)", run, kPlain, Std},
      // So every program knows every node.
      {R"(^(panels/[^/]+|plugins/learn/[^/]+)/describe\.cpp$)", graph + QStringList{"."}, Std, Std},
      {R"(^plugins/)", run + QStringList{"."}, kPlain, Std},
      {R"(^panels/)", graph + QStringList{"panels/kit/", "."}, kWindow, Std | Qt},
      // The programs without a window, and what they alone are made of.
      {R"(^app/(main|bench|learn|commands|commandLine|console|eventFiles|registry|selftest)"
       R"(|[a-z][A-Za-z]*Commands?)\.)",
       run + QStringList{"."}, kPlain, Std | System | Library},
      {R"(^app/)", run + QStringList{"panels/", "."}, kWindow, Std | Qt},
      {R"(^tests/(contract|walks|golden|kit|bench|fuzz)/)",
       run + QStringList{"plugins/", "panels/", "app/", "tests/"}, kPlain | kWindow,
       kPlain | kWindow},
  };
  return kRows;
}

/// A test may what its mirror may, and tests/kit, its own folder, Qt (for Qt Test) and libraries.
inline std::optional<Row> rowFor(const QString& path) {
  const auto find = [](const QString& name) -> std::optional<Row> {
    for (const Row& row : table())
      if (QRegularExpression(row.files).match(name).hasMatch()) return row;
    return std::nullopt;
  };
  if (auto row = find(path)) return row;
  if (!path.startsWith("tests/")) return std::nullopt;
  Row row = find(path.mid(6)).value_or(Row{"", {}, 0, 0});
  row.may << "tests/kit/"
          << "." << QFileInfo(path.mid(6)).path() + "/";
  row.outside |= Std | System | Library | Qt;
  row.outsideOfHeaders |= Std | System | Library | Qt;
  return row;
}

inline Outside outside(const QString& header) {
  static const QRegularExpression kQt("^(Q[A-Za-z]|private/q)"), kStd("^[a-z_0-9]+$"),
      kSystem(R"(^(sys/.*|unistd|fcntl|poll|signal|spawn|dlfcn|pthread|sched|termios)"
              R"(|x86intrin|cpuid|malloc)\.?h?$)"),
      kImGui("^(imgui|backends/|GL/|EGL/)");
  if (header == "immintrin.h") return Std;  // the compiler's vector instructions
  if (kQt.match(header).hasMatch()) return Qt;
  if (header.startsWith("vtk")) return Vtk;
  if (kImGui.match(header).hasMatch()) return ImGui;
  if (header.endsWith(".h") && kSystem.match(header).hasMatch()) return System;
  return kStd.match(header).hasMatch() ? Std : Library;
}

inline QString outsideWord(Outside what) {
  switch (what) {
    case Std: return "the standard library";
    case System: return "the system";
    case Library: return "a library";
    case Qt: return "Qt";
    case Vtk: return "VTK";
    case ImGui: return "Dear ImGui or GL";
  }
  return {};
}

/// The text without comments; contents of strings blanked as well unless they belong to an
/// #include. Lines stay where they are.
inline QString code(const QString& text) {
  QString out = text;
  enum class In { Code, Line, Block, Text, Raw } in = In::Code;
  QString rawEnd;
  QChar quote;
  for (qsizetype i = 0; i < out.size(); ++i) {
    const auto at = [&](QStringView what) { return QStringView(text).sliced(i).startsWith(what); };
    switch (in) {
      case In::Code: {
        const bool including = [&] {
          const qsizetype start = i == 0 ? 0 : text.lastIndexOf('\n', i - 1) + 1;
          return text.mid(start, 24).trimmed().startsWith("#include");
        }();
        if (at(u"//"))
          in = In::Line, out[i] = ' ';
        else if (at(u"/*"))
          in = In::Block, out[i] = ' ';
        else if (at(u"R\"")) {
          rawEnd = ")" + text.mid(i + 2, text.indexOf('(', i) - i - 2) + "\"";
          in = In::Raw;
        } else if ((at(u"\"") || (at(u"'") && !(i > 0 && text[i - 1].isLetterOrNumber()))) &&
                   !including) {
          in = In::Text;
          quote = text[i];
        }
        break;
      }
      case In::Line:
        if (text[i] == '\n')
          in = In::Code;
        else
          out[i] = ' ';
        break;
      case In::Block:
        if (text[i] == '/' && text[i - 1] == '*') in = In::Code;
        if (text[i] != '\n') out[i] = ' ';
        break;
      case In::Text:
        if (text[i] == '\\')
          out[i] = ' ', out[++i] = ' ';
        else if (text[i] == quote || text[i] == '\n')
          in = In::Code;
        else
          out[i] = ' ';
        break;
      case In::Raw:
        if (at(rawEnd)) {
          i += rawEnd.size() - 1;
          in = In::Code;
        } else if (text[i] != '\n') {
          out[i] = ' ';
        }
        break;
    }
  }
  return out;
}

struct Include {
  QString name;
  bool quoted = false;
  int line = 0;
};
inline QList<Include> includes(const QString& plain) {
  static const QRegularExpression kInclude(R"(^\s*#\s*include\s*(["<])([^">]+)[">])");
  QList<Include> found;
  int number = 0;
  for (const QString& line : plain.split('\n')) {
    ++number;
    if (const auto match = kInclude.match(line); match.hasMatch())
      found.push_back({match.captured(2), match.captured(1) == "\"", number});
  }
  return found;
}

inline QString place(const QString& path, int line) {
  return path + ":" + QString::number(line) + ": ";
}

/// Breaches of the table by one file.
inline QStringList includeBreaches(const QString& path, const QString& plain) {
  const auto row = rowFor(path);
  if (!row) return {path + ": lies in no room of the house"};
  const bool header = path.endsWith(".h");
  QStringList breaches;
  for (const Include& include : includes(plain)) {
    const QString where = place(path, include.line);
    if (include.quoted) {
      if (include.name.endsWith(".moc") && path.endsWith("_test.cpp")) continue;
      const QString own = QFileInfo(path).path() + "/";
      const bool allowed = std::any_of(row->may.begin(), row->may.end(), [&](const QString& may) {
        return include.name.startsWith(may == "." ? own : may);
      });
      if (!allowed) breaches << where + "may not include " + include.name;
      continue;
    }
    const Outside what = outside(include.name);
    if (!((header ? row->outsideOfHeaders : row->outside) & what))
      breaches << where + "may not include <" + include.name + ">, " + outsideWord(what);
    static const QRegularExpression kModule("^Qt[A-Z][A-Za-z]*$");
    if (kModule.match(include.name).hasMatch() && include.name != "QtTest")
      breaches << where + "includes the whole of " + include.name + "; take the classes you need";
  }
  return breaches;
}

/// What engine and plug-ins may not call: the C library's functions choose their bits by machine,
/// and the standard distributions differ between libraries.
inline QStringList determinismBreaches(const QString& path, const QString& plain) {
  static const QRegularExpression kKin(
      R"((std::|[^A-Za-z0-9_:]::)(exp|exp2|expm1|log|log2|log10|log1p|sin|cos|tan|asin|acos|atan)"
      R"(|atan2|sinh|cosh|tanh|asinh|acosh|atanh|pow|cbrt|hypot|erf|erfc|tgamma|lgamma)[fl]?\s*\()");
  static const QRegularExpression kUnqualified(  // those that base/Math does not have
      R"((^|[^A-Za-z0-9_:.>])(exp2|log2|log10|tan|asin|acos|atan|atan2|sinh|cosh|asinh|acosh)"
      R"(|atanh|cbrt|hypot|erf|erfc|tgamma|lgamma|expf|logf|sinf|cosf|powf|rand|srand|drand48)\s*\()");
  static const QRegularExpression kRandom(
      R"(std::([a-z_]+_distribution|mt19937(_64)?|random_device|default_random_engine|minstd_rand0?)\b)");
  QStringList breaches;
  int number = 0;
  for (const QString& line : plain.split('\n')) {
    ++number;
    if (const auto match = kKin.match(line); match.hasMatch())
      breaches << place(path, number) + "calls the C library's " + match.captured(2) +
                      "; engine/base/Math.h has the same bits everywhere";
    if (const auto match = kUnqualified.match(line); match.hasMatch())
      breaches << place(path, number) + "calls " + match.captured(2) +
                      ", which engine/base does not define";
    if (const auto match = kRandom.match(line); match.hasMatch())
      breaches << place(path, number) + "uses std::" + match.captured(1) +
                      "; engine/base/Rng.h counts its draws";
  }
  return breaches;
}

/// Small rules of style that a machine can see.
inline QStringList styleBreaches(const QString& path, const QString& text, const QString& plain) {
  QStringList breaches;
  int number = 0;
  static const QRegularExpression kWords(R"(\b(TODO|FIXME|XXX|HACK)\b)");
  for (const QString& line : text.split('\n')) {
    ++number;
    if (const auto match = kWords.match(line); match.hasMatch())
      breaches << place(path, number) + match.captured(1) +
                      ": a known gap is a failing-expected test or a line in README.md";
  }
  if (!path.endsWith(".h") && !path.endsWith(".cpp")) return breaches;
  static const QRegularExpression kNames(R"(\b(class|struct)\s+\w*(Manager|Helper|Util|Utils)\b)");
  static const QRegularExpression kUsing(R"(^\s*using\s+namespace\b)");
  number = 0;
  for (const QString& line : plain.split('\n')) {
    ++number;
    if (const auto match = kNames.match(line); match.hasMatch())
      breaches << place(path, number) + "a name that hides what it does: " + match.captured(0);
    if (path.endsWith(".h") && kUsing.match(line).hasMatch())
      breaches << place(path, number) + "using namespace in a header";
  }
  if (path.endsWith(".h") && !text.startsWith("#pragma once"))
    breaches << path + ":1: does not begin with #pragma once";
  return breaches;
}

/// Libraries and fonts that app/setup.sh installs, against the page that names their licences.
inline QStringList licenceBreaches(const QString& setup, const QString& page) {
  const auto names = [](const QString& text, const QString& pattern) {
    QStringList found;
    auto matches = QRegularExpression(pattern).globalMatch(text);
    while (matches.hasNext()) found << matches.next().captured(1);
    return found;
  };
  static const QString kPackage = R"(((?:lib|qt6-|nlohmann|zlib1g|fonts-)[a-z0-9.+-]*))";
  const QString list = setup.section("packages=(", 1).section(')', 0, 0);
  QStringList installed = names(list, R"((?<![a-z0-9-]))" + kPackage);
  installed.removeAll("libgl1-mesa-dri");  // the machine's driver, not ours
  const QStringList named = names(page, "`" + kPackage + "`");
  QStringList breaches;
  for (const QString& name : installed)
    if (!named.contains(name)) breaches << name + ": its licence is not in third_party.md";
  for (const QString& name : named)
    if (!installed.contains(name)) breaches << name + ": is not in app/setup.sh";
  if (installed.isEmpty()) breaches << "app/setup.sh lists no packages";
  return breaches;
}

/// What may lie at the top.
inline QStringList topBreaches(const QStringList& names) {
  static const QStringList kTop = {
      "CMakeLists.txt", "CMakePresets.json", "LICENSE",  "README.md", "app",  "panels",
      "engine",         "plugins",           "datasets", "resources", "tests"};
  QStringList breaches;
  for (const QString& name : names)
    if (!kTop.contains(name) && !name.startsWith('.') && name != "build" &&
        !name.startsWith("build-"))
      breaches << name + ": nothing else lies at the top";
  return breaches;
}

/// Libraries that a program names itself (its NEEDED entries) against those whose licence is
/// permissive or, linked dynamically, LGPL.
inline QStringList linkBreaches(const QString& program, const QStringList& needed, bool window) {
  static const QRegularExpression kPlain(
      R"(^(lib(c|m|stdc\+\+|gcc_s|pthread|dl|rt|atomic|hdf5(_serial)?(_hl)?|lz4|zstd|blosc|bz2|expat|sqlite3|z|crypto|curl|sz|aec|asan|ubsan|tsan))"
      R"(|ld-linux[a-z0-9-]*)[.-])");
  static const QRegularExpression kWindow(
      R"(^(libQt6(Core|Gui|Widgets|OpenGL|OpenGLWidgets|Svg|Test)|libvtk[A-Za-z0-9]+)"
      R"(|lib(GL|OpenGL|GLX|EGL|GLEW|X11|Xext|freetype|png16|jpeg|stb))[.-])");
  QStringList breaches;
  for (const QString& name : needed)
    if (!kPlain.match(name).hasMatch() && !(window && kWindow.match(name).hasMatch()))
      breaches << program + " links " + name + ", which the list of permitted libraries lacks";
  return breaches;
}
/// Libraries under the GPL that must not come in, not even by way of another.
inline QStringList closureBreaches(const QString& program, const QStringList& loaded, bool window) {
  static const QRegularExpression kGpl(
      R"(^lib(fftw3|gsl|gslcblas|qcustomplot|qwt|readline|gmsh|cgal)[\w.+-]*\.so)",
      QRegularExpression::CaseInsensitiveOption);
  static const QRegularExpression kWindow(R"(^lib(Qt[456]|vtk|GL|EGL|OpenGL|X11|xcb|imgui))");
  QStringList breaches;
  for (const QString& name : loaded) {
    if (kGpl.match(name).hasMatch()) breaches << program + " loads " + name + ", under the GPL";
    if (!window && kWindow.match(name).hasMatch())
      breaches << program + " loads " + name + ", but has no window";
  }
  return breaches;
}

}  // namespace law
