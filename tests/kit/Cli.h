#pragma once
#include <QByteArray>
#include <QJsonDocument>
#include <QProcess>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

namespace spk::kit {

/// One call of build/bin/spikarium and what came of it.
struct Cli {
  int code = -1;  ///< exit code; −1: it did not end by itself
  QByteArray out, err;

  explicit Cli(const QStringList& words, const QStringList& environment = {}) {
    QProcess process;
    QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
    for (const QString& pair : environment)
      all.insert(pair.section('=', 0, 0), pair.section('=', 1));
    process.setProcessEnvironment(all);
    process.start(program(), words);
    finish(process);
  }
  /// Through a shell: for limits and closed pipes. "$S" is the program.
  static Cli shell(const QString& script) {
    Cli made;
    QProcess process;
    QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
    all.insert("S", program());
    process.setProcessEnvironment(all);
    process.start("bash", {"-c", script});
    made.finish(process);
    return made;
  }
  static QString program() { return SPK_BUILD_DIR "/bin/spikarium"; }

  /// Standard output as JSON; null if it is anything else, or anything more.
  QJsonDocument json() const { return QJsonDocument::fromJson(out); }
  /// For QVERIFY2.
  const char* words() const {
    all_ = "exit code " + QByteArray::number(code) + "\n" + out + err;
    return all_.constData();
  }

 private:
  Cli() = default;
  void finish(QProcess& process) {
    if (!process.waitForFinished(120'000)) process.kill();
    if (process.exitStatus() == QProcess::NormalExit) code = process.exitCode();
    out = process.readAllStandardOutput();
    err = process.readAllStandardError();
  }

  mutable QByteArray all_;
};

}  // namespace spk::kit
