#include "panels/lesson/LessonPanel.h"

#include <QButtonGroup>
#include <QEvent>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

#include "panels/kit/Theme.h"

namespace spk::panels::lesson {
namespace {

QString words(const std::string& text) { return QString::fromStdString(text); }

/// A choice whose words may take several lines, which a radio button's own cannot.
QWidget* choiceRow(QRadioButton* button, const QString& text, QWidget* parent) {
  auto* row = new QWidget(parent);
  auto* line = new QHBoxLayout(row);
  line->setContentsMargins(0, 2, 0, 2);
  line->setSpacing(8);
  auto* label = new QLabel(text, row);
  label->setWordWrap(true);
  label->setBuddy(button);
  line->addWidget(button, 0, Qt::AlignTop);
  line->addWidget(label, 1);
  button->setAccessibleName(text);
  return row;
}

}  // namespace

LessonPanel::LessonPanel(PanelContext& context, std::function<const LessonStatus&()> status)
    : context_(context), status_(std::move(status)) {
  setObjectName(QStringLiteral("lesson"));
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  whole->setSpacing(0);
  auto* head = new QVBoxLayout;
  head->setContentsMargins(14, 10, 14, 6);
  head->setSpacing(6);
  place_ = new QLabel(this);
  place_->setProperty("role", "secondary");
  place_->setWordWrap(true);
  progress_ = new QProgressBar(this);
  progress_->setTextVisible(false);
  head->addWidget(place_);
  head->addWidget(progress_);
  whole->addLayout(head);
  scroll_ = new QScrollArea(this);
  scroll_->setWidgetResizable(true);
  scroll_->setFrameShape(QFrame::NoFrame);
  scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll_->setFocusPolicy(Qt::NoFocus);
  whole->addWidget(scroll_, 1);
  auto* foot = new QHBoxLayout;
  foot->setContentsMargins(14, 8, 14, 10);
  foot->setSpacing(8);
  restart_ = new QPushButton(tr("Start over"), this);
  restart_->setObjectName(QStringLiteral("lesson.restart"));
  restart_->setToolTip(tr("The network as it was at first, and the first step"));
  back_ = new QPushButton(tr("Back"), this);
  back_->setObjectName(QStringLiteral("lesson.back"));
  next_ = new QPushButton(tr("Next"), this);
  next_->setObjectName(QStringLiteral("lesson.next"));
  next_->setProperty("action", true);
  foot->addWidget(restart_);
  foot->addStretch(1);
  foot->addWidget(back_);
  foot->addWidget(next_);
  whole->addLayout(foot);
  connect(restart_, &QPushButton::clicked, this, [this] { act("restart"); });
  connect(back_, &QPushButton::clicked, this, [this] { act("back"); });
  connect(next_, &QPushButton::clicked, this, [this] { act("next"); });
  showStatus();
}

void LessonPanel::act(const char* what, Values values) {
  values["do"] = std::string(what);
  (void)context_.act("lesson.do", values);
  showStatus();
}

void LessonPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  // Colours are written into the page.
  if (event->type() != QEvent::StyleChange || !page_) return;
  shown_ = 0;
  QMetaObject::invokeMethod(this, &LessonPanel::showStatus, Qt::QueuedConnection);
}

void LessonPanel::showStatus() {
  const LessonStatus& status = status_();
  if (status.version == shown_ && page_) return showReadings(status);
  shown_ = status.version;
  fill(status);
}

void LessonPanel::addReadings(const LessonStatus& status) {
  if (status.steps[status.step].show.empty()) return;
  auto* box = new QWidget(page_);
  auto* row = new QHBoxLayout(box);
  row->setContentsMargins(0, 2, 0, 2);
  row->setSpacing(20);
  for (std::size_t i = 0; i < status.steps[status.step].show.size(); ++i) {
    auto* label = new QLabel(box);
    label->setObjectName(QStringLiteral("lesson.reading"));
    label->setTextFormat(Qt::RichText);
    row->addWidget(label);
    readings_.push_back(label);
  }
  row->addStretch(1);
  column_->addWidget(box);
}

void LessonPanel::showReadings(const LessonStatus& status) {
  for (std::size_t i = 0; i < readings_.size() && i < status.readings.size(); ++i) {
    const LessonReading& reading = status.readings[i];
    const int decimals = reading.unit.empty() ? 2 : reading.value.value_or(0) < 1000 ? 1 : 0;
    const QString number =
        reading.value ? shownFixed(*reading.value, decimals) : QStringLiteral("–");
    readings_[i]->setText(
        QStringLiteral("<span style='color:%1'>%2</span><br>"
                       "<span style='font-family:\"%3\"; font-size:%4px'>%5</span> %6")
            .arg(theme().secondary.name(), words(reading.words).toHtmlEscaped(),
                 numberFont().family())
            .arg(qRound(22 * textScale()))
            .arg(number, words(reading.unit)));
  }
}

QLabel* LessonPanel::addText(const QString& text, const char* role) {
  auto* label = new QLabel(text, page_);
  label->setWordWrap(true);
  label->setTextFormat(Qt::RichText);
  label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
  if (role) label->setProperty("role", role);
  column_->addWidget(label);
  return label;
}

void LessonPanel::addBox(const QString& sign, const QString& text, const QColor& colour,
                         const char* name) {
  auto* box = new QFrame(page_);
  box->setObjectName(QLatin1StringView(name));
  const QColor ground = mixed(theme().surface, colour, 0.16);
  box->setStyleSheet(QStringLiteral("QFrame#%1 { background: %2; border-radius: 6px; }")
                         .arg(QString(QLatin1StringView(name)).replace(u'.', QStringLiteral("\\.")),
                              ground.name()));
  auto* line = new QHBoxLayout(box);
  line->setContentsMargins(10, 8, 10, 8);
  line->setSpacing(8);
  auto* mark = new QLabel(sign, box);
  mark->setStyleSheet(QStringLiteral("color: %1; font-weight: 600;").arg(colour.name()));
  auto* label = new QLabel(text, box);
  label->setWordWrap(true);
  line->addWidget(mark, 0, Qt::AlignTop);
  line->addWidget(label, 1);
  column_->addWidget(box);
}

void LessonPanel::fill(const LessonStatus& status) {
  const bool isQuiz = status.step >= status.steps.size();
  const int count = static_cast<int>(status.steps.size());
  place_->setText(
      isQuiz ? tr("%1 · questions").arg(words(status.title))
             : tr("%1 · step %2 of %3").arg(words(status.title)).arg(status.step + 1).arg(count));
  progress_->setRange(0, count);
  progress_->setValue(static_cast<int>(status.step) + (status.isMet && !isQuiz ? 1 : 0));
  back_->setEnabled(status.step > 0);
  const bool last = isQuiz || (status.quiz.empty() && status.step + 1 == status.steps.size());
  next_->setVisible(!last);
  next_->setEnabled(status.isMet);
  next_->setText(status.step + 1 == status.steps.size() ? tr("Questions") : tr("Next"));

  readings_.clear();
  page_ = new QWidget(scroll_);
  column_ = new QVBoxLayout(page_);
  column_->setContentsMargins(14, 6, 14, 10);
  column_->setSpacing(10);
  isQuiz ? fillQuiz(status) : fillStep(status);
  column_->addStretch(1);
  showReadings(status);  // before the page is laid out, which goes by the words
  scroll_->setWidget(page_);
  if (status.step != shownStep_) shownStep_ = status.step;
}

void LessonPanel::fillStep(const LessonStatus& status) {
  const LessonStep& step = status.steps[status.step];
  addText(QStringLiteral("<span style='font-size:%1px; font-weight:600'>%2</span>")
              .arg(qRound(16 * textScale()))
              .arg(words(step.title).toHtmlEscaped()),
          nullptr);
  addText(words(step.text), nullptr);
  addReadings(status);
  for (const LessonQuestion& question : step.predict) addQuestion(status, question);
  const bool predicted = step.predict.empty() || status.answers.contains(step.predict.front().id);
  if (!step.task.empty() && predicted)
    addBox(status.isMet ? QStringLiteral("✓") : QStringLiteral("▸"), words(step.task),
           status.isMet ? theme().good : theme().action, "lesson.task");
  if (status.isMet && !step.done.empty()) addText(words(step.done), nullptr);
  if (!status.fault.empty())
    addBox(QStringLiteral("!"),
           tr("This step waits for something that is not in the project: %1. Undo what took it "
              "away, or start over.")
               .arg(words(status.fault)),
           theme().bad, "lesson.fault");
  if (status.isHintDue && !step.hint.empty())
    addBox(QStringLiteral("?"), words(step.hint), theme().cursor, "lesson.hint");
}

void LessonPanel::addQuestion(const LessonStatus& status, const LessonQuestion& question) {
  addText(QStringLiteral("<b>%1</b>").arg(words(question.text)), nullptr);
  const auto given = status.answers.find(question.id);
  auto* group = new QButtonGroup(page_);
  for (int i = 0; i < static_cast<int>(question.choices.size()); ++i) {
    auto* button = new QRadioButton(page_);
    button->setObjectName(QStringLiteral("lesson.%1.%2").arg(words(question.id)).arg(i));
    button->setChecked(given != status.answers.end() && given->second == i);
    group->addButton(button, i);
    column_->addWidget(
        choiceRow(button, words(question.choices[static_cast<std::size_t>(i)]), page_));
  }
  connect(group, &QButtonGroup::idClicked, this, [this, id = question.id](int choice) {
    // Not at once: the page, and this button with it, is made anew.
    QMetaObject::invokeMethod(
        this,
        [this, id, choice] {
          act("answer", {{"question", id}, {"choice", std::int64_t{choice}}});
        },
        Qt::QueuedConnection);
  });
  if (given == status.answers.end()) return;
  if (question.answer >= 0) {
    const bool right = given->second == question.answer;
    addBox(right ? QStringLiteral("✓") : QStringLiteral("✗"),
           (right ? tr("Right. ") : tr("Not so. ")) + words(question.why),
           right ? theme().good : theme().bad, "lesson.answer");
  } else if (!question.why.empty()) {
    addText(words(question.why), "secondary");
  }
}

void LessonPanel::fillQuiz(const LessonStatus& status) {
  int right = 0, given = 0;
  for (const LessonQuestion& question : status.quiz) {
    addQuestion(status, question);
    const auto answer = status.answers.find(question.id);
    if (answer == status.answers.end()) continue;
    ++given;
    right += answer->second == question.answer;
  }
  const int count = static_cast<int>(status.quiz.size());
  if (given == count)
    addText(tr("<b>%1 of %2 right.</b> The network is yours now: change what you like, "
               "“Start over” brings the first one back.")
                .arg(right)
                .arg(count),
            nullptr);
}

}  // namespace spk::panels::lesson
