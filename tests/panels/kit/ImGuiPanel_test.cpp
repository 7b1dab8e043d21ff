#include "panels/kit/ImGuiPanel.h"

#include <imgui/imgui.h>

#include <QClipboard>
#include <QMainWindow>

#include "panels/kit/Theme.h"
#include "tests/kit/again.h"
#include "tests/kit/guiBench.h"
#include "tests/kit/guiMain.h"
#include "tests/kit/ownContexts.h"

using namespace spk;
using namespace spk::test;

namespace {

/// A button and a text field that say where they are.
class Form : public ImGuiPanel {
 public:
  Form() { resize(300, 200); }
  ~Form() override { releaseGl(); }
  int clicks = 0;
  char text[32] = "";
  QPoint button, field;

 protected:
  void drawFrame() override {
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({300, 200});
    ImGui::Begin("form");
    if (ImGui::Button("press", {80, 30})) ++clicks;
    button = middle();
    ImGui::InputText("name", text, sizeof text);
    field = middle();
    ImGui::End();
  }

 private:
  static QPoint middle() {
    const ImVec2 a = ImGui::GetItemRectMin(), b = ImGui::GetItemRectMax();
    return {int(a.x + (b.x - a.x) / 4), int((a.y + b.y) / 2)};
  }
};

}  // namespace

class ImGuiPanelTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void aClickWithinOneFrameIsNotLost() {
    Form form;
    form.show();
    QVERIFY(QTest::qWaitForWindowExposed(&form));
    QTRY_VERIFY(!form.button.isNull());
    QTest::mouseMove(&form, form.button);
    QTest::mousePress(&form, Qt::LeftButton, {}, form.button);
    QTest::mouseRelease(&form, Qt::LeftButton, {}, form.button);
    QTRY_COMPARE(form.clicks, 1);
  }
  void lettersAndTheClipboardArrive() {
    Form form;
    form.show();
    QVERIFY(QTest::qWaitForWindowExposed(&form));
    QTRY_VERIFY(!form.field.isNull());
    QTest::mouseMove(&form, form.field);
    QTest::mouseClick(&form, Qt::LeftButton, {}, form.field);
    QTest::keyClicks(&form, QStringLiteral("abc"));
    QTRY_COMPARE(QString::fromUtf8(form.text), QStringLiteral("abc"));
    QTest::keyClick(&form, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(&form, Qt::Key_C, Qt::ControlModifier);
    QTRY_COMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("abc"));
    QTest::keyClick(&form, Qt::Key_V, Qt::ControlModifier);
    QTest::keyClick(&form, Qt::Key_V, Qt::ControlModifier);
    QTRY_COMPARE(QString::fromUtf8(form.text), QStringLiteral("abcabc"));
  }
  void twoPanelsKeepApart() {
    Form one, two;
    one.show();
    two.show();
    QVERIFY(QTest::qWaitForWindowExposed(&one) && QTest::qWaitForWindowExposed(&two));
    QTRY_VERIFY(!one.button.isNull() && !two.button.isNull());
    QTest::mouseMove(&two, two.button);
    QTest::mouseClick(&two, Qt::LeftButton, {}, two.button);
    QTRY_COMPARE(two.clicks, 1);
    QCOMPARE(one.clicks, 0);
  }
  void survivesAnotherTopLevelWindow() {
    auto* form = new Form;
    QMainWindow first, second;
    first.setCentralWidget(form);
    first.show();
    QVERIFY(QTest::qWaitForWindowExposed(&first));
    QTRY_VERIFY(!form->button.isNull());
    second.setCentralWidget(form);
    second.show();
    form->show();
    QVERIFY(QTest::qWaitForWindowExposed(&second));
    const QImage picture = form->grabFramebuffer();
    QVERIFY(!picture.isNull());
    QTest::mouseMove(form, form->button);
    QTest::mouseClick(form, Qt::LeftButton, {}, form->button);
    QTRY_COMPARE(form->clicks, 1);
  }
  void losesItsContextAndGoesOn() {
    auto* form = new Form;
    QMainWindow first, second;
    first.setCentralWidget(form);
    first.show();
    QVERIFY(QTest::qWaitForWindowExposed(&first));
    QTRY_VERIFY(!form->button.isNull());
    const QImage before = form->grabFramebuffer();
    const int made = form->initialisations();
    const OwnContexts lost;
    second.resize(first.size());
    second.setCentralWidget(form);
    second.show();
    form->show();
    QVERIFY(QTest::qWaitForWindowExposed(&second));
    QTRY_COMPARE(form->initialisations(), made + 1);
    // Font texture, shaders and buffers are there again: letters look as they did.
    QTRY_VERIFY(form->grabFramebuffer().size() == before.size());
    QTRY_VERIFY(meanDifference(form->grabFramebuffer(), before) < 1);
    QVERIFY(pixelsLike(before, theme().text) > 50);
    QTest::mouseMove(form, form->button);
    QTest::mouseClick(form, Qt::LeftButton, {}, form->button);
    QTRY_COMPARE(form->clicks, 1);
  }
  /// The same on a screen with two pixels to the unit: this program once more, with that scale.
  void holdsAtTwoPixelsToTheUnit() {
    SPK_HOLDS_AT_TWO_PIXELS(QStringLiteral("aClickWithinOneFrameIsNotLost"),
                            QStringLiteral("lettersAndTheClipboardArrive"),
                            QStringLiteral("isSharp"));
  }
  void isSharp() {
    Form form;
    form.show();
    QVERIFY(QTest::qWaitForWindowExposed(&form));
    QTRY_VERIFY(!form.button.isNull());
    const QImage picture = form.grabFramebuffer();
    const double ratio = form.devicePixelRatioF();
    QCOMPARE(picture.size(), (QSizeF(form.size()) * ratio).toSize());
    if (qEnvironmentVariable("QT_SCALE_FACTOR") == u"2") QCOMPARE(ratio, 2.0);
    const int letters = pixelsLike(picture, theme().text);
    QVERIFY2(letters > 50 * ratio, qPrintable(QString::number(letters)));
  }
};

SPK_GUI_MAIN(ImGuiPanelTest)
#include "ImGuiPanel_test.moc"
