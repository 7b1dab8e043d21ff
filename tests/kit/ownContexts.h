#pragma once
#include <QCoreApplication>
#include <QRegularExpression>
#include <QTest>

namespace spk::test {

/// While it lives, a GL widget that moves into another window gets a context of its own, as with a
/// driver that cannot share: everything in the old one is lost.
class OwnContexts {
 public:
  OwnContexts() { share(false); }
  ~OwnContexts() { share(true); }
  OwnContexts(const OwnContexts&) = delete;
  OwnContexts& operator=(const OwnContexts&) = delete;

 private:
  static void share(bool shares) {
    QTest::ignoreMessage(
        QtWarningMsg,
        QRegularExpression(QStringLiteral("AA_ShareOpenGLContexts must be set before")));
    QCoreApplication::setAttribute(Qt::AA_ShareOpenGLContexts, shares);
  }
};

}  // namespace spk::test
