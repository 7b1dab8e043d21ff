#pragma once
#include <QCoreApplication>
#include <QProcess>
#include <QProcessEnvironment>
#include <QStringList>

namespace spk::test {

/// Runs this test program once more, on a screen with two pixels to the unit.
/// @param functions  tests to run there
/// @return what it said if it failed; empty if all passed
inline QByteArray failuresAtTwoPixels(const QStringList& functions) {
  QProcessEnvironment twice = QProcessEnvironment::systemEnvironment();
  twice.insert(QStringLiteral("QT_SCALE_FACTOR"), QStringLiteral("2"));
  QProcess again;
  again.setProcessEnvironment(twice);
  again.setProcessChannelMode(QProcess::MergedChannels);
  again.start(QCoreApplication::applicationFilePath(), functions);
  if (!again.waitForFinished(120'000)) return "it did not end in two minutes";
  const QByteArray said = again.readAll();
  return again.exitStatus() == QProcess::NormalExit && again.exitCode() == 0
             ? QByteArray()
             : "exit code " + QByteArray::number(again.exitCode()) + "\n" + said;
}

}  // namespace spk::test

/// Holds tests of this program on a screen with two pixels to the unit as well.
#define SPK_HOLDS_AT_TWO_PIXELS(...)                                                    \
  if (qEnvironmentVariableIsSet("QT_SCALE_FACTOR")) QSKIP("this is that program");      \
  const QByteArray failures = spk::test::failuresAtTwoPixels(QStringList{__VA_ARGS__}); \
  QVERIFY2(failures.isEmpty(), failures.constData())
