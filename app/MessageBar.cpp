#include "app/MessageBar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QTimer>

namespace spk {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent), words_(new QLabel(this)), row_(new QHBoxLayout(this)) {
  setObjectName(QStringLiteral("message"));
  row_->setContentsMargins(12, 4, 8, 4);
  row_->setSpacing(8);
  words_->setWordWrap(true);
  words_->setTextFormat(Qt::PlainText);
  row_->addWidget(words_, 1);
  hide();
}

QString MessageBar::text() const { return isVisible() ? words_->text() : QString(); }

void MessageBar::say(Tone tone, const QString& text, std::vector<Choice> choices) {
  clear();
  words_->setText(text);
  setProperty("tone", tone == Tone::Error ? "error" : tone == Tone::Warning ? "warning" : "plain");
  style()->unpolish(this);
  style()->polish(this);
  for (Choice& choice : choices) {
    auto* button = new QPushButton(choice.words, this);
    button->setObjectName(QStringLiteral("message.") + choice.words);
    connect(button, &QPushButton::clicked, this, [this, act = std::move(choice.act)] {
      clear();
      if (act) act();
    });
    row_->addWidget(button);
    buttons_.push_back(button);
  }
  auto* away = new QPushButton(QStringLiteral("✕"), this);
  away->setFlat(true);
  away->setAccessibleName(tr("Close the message"));
  connect(away, &QPushButton::clicked, this, &MessageBar::clear);
  row_->addWidget(away);
  buttons_.push_back(away);
  show();
  const int turn = ++turn_;
  if (choices.empty() && tone == Tone::Plain)
    QTimer::singleShot(6000, this, [this, turn] {
      if (turn == turn_) clear();
    });
}

void MessageBar::clear() {
  hide();
  for (QWidget* button : buttons_) button->deleteLater();
  buttons_.clear();
}

}  // namespace spk
