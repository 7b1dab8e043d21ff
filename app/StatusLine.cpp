#include "app/StatusLine.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <cstdio>

#include "app/Workbench.h"
#include "panels/kit/Theme.h"

namespace spk {
namespace {

/// Memory of this process that is in RAM [bytes]; 0 if the system does not say.
double residentBytes() {
  double pages = 0;
  if (FILE* file = std::fopen("/proc/self/statm", "r")) {
    long size = 0, resident = 0;
    if (std::fscanf(file, "%ld %ld", &size, &resident) == 2) pages = static_cast<double>(resident);
    std::fclose(file);
  }
  return pages * 4096;
}

}  // namespace

StatusLine::StatusLine(QWidget* parent)
    : QWidget(parent),
      state_(new QLabel(this)),
      size_(new QLabel(this)),
      words_(new QLabel(this)),
      job_(new QLabel(this)),
      rates_(new QLabel(this)),
      notes_(new QPushButton(this)),
      cancel_(new QPushButton(tr("cancel"), this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(26, 0, 12, 0);
  row->setSpacing(16);
  notes_->setFlat(true);
  notes_->setObjectName(QStringLiteral("statusNotes"));
  state_->setObjectName(QStringLiteral("status.state"));
  connect(notes_, &QPushButton::clicked, this, &StatusLine::notesAsked);
  row->addWidget(state_);
  row->addWidget(notes_);
  row->addWidget(size_);
  row->addWidget(words_, 1);
  row->addWidget(job_);
  row->addWidget(cancel_);
  row->addWidget(rates_);
  job_->setObjectName(QStringLiteral("status.job"));
  cancel_->setFlat(true);
  cancel_->setObjectName(QStringLiteral("statusCancel"));
  connect(cancel_, &QPushButton::clicked, this, [this] {
    if (shownJob_) shownJob_->stop();
  });
  job_->hide();
  cancel_->hide();
  words_->setMinimumWidth(1);
  dress();
}

void StatusLine::dress() {
  for (QLabel* label : {state_, size_, words_, job_}) label->setFont(textFont(12));
  notes_->setFont(textFont(12));
  cancel_->setFont(textFont(12));
  rates_->setFont(numberFont(11));
}

void StatusLine::changeEvent(QEvent* event) {
  if (event->type() == QEvent::StyleChange) dress();
  QWidget::changeEvent(event);
}

QString StatusLine::lossWords(const RunStatus& status) {
  QStringList words;
  if (status.thinned > 0)
    words += tr("%1 events were passed over, so that the views keep up with the camera: they show "
                "1 of %2 now.")
                 .arg(shownCount(status.thinned), shownCount(status.thinning));
  if (status.dropped > 0)
    words += tr("%1 spikes, samples or events were dropped on their way to the views, because the "
                "window did not take them in time.")
                 .arg(shownCount(status.dropped));
  if (!words.isEmpty())
    words += tr("Only the views lack them: network, recordings and results have them all.");
  return words.join(QStringLiteral("\n"));
}

void StatusLine::say(const QString& words) { words_->setText(words); }

void StatusLine::showJobs(const Workbench& bench) {
  const auto jobs = bench.jobs().list();
  const auto oldest = jobs.empty() ? nullptr : jobs.front().control;
  jobSeen_ = oldest && oldest == shownJob_ ? jobSeen_ + 1 : 0;
  shownJob_ = oldest;
  const bool isLong = jobSeen_ >= 2;
  job_->setVisible(isLong);
  cancel_->setVisible(isLong);
  if (!isLong) return;
  QString words = QString::fromStdString(jobs.front().title);
  if (const double share = oldest->progress(); share > 0)
    words += QStringLiteral(" · %1 %").arg(qRound(share * 100));
  if (jobs.size() > 1) words += tr(" · %1 more").arg(jobs.size() - 1);
  job_->setText(oldest->stopped() ? tr("%1 · stopping").arg(words) : words);
}

void StatusLine::show(const Workbench& bench, double ticksPerSecond, double latencyMs) {
  using State = RunStatus::State;
  const RunStatus& status = bench.status();
  const Theme& t = theme();
  QString state;
  QColor dot = t.secondary;
  switch (status.state) {
    case State::Empty: state = tr("nothing to run"); break;
    case State::Building: state = tr("building"), dot = t.cursor; break;
    case State::Paused: state = tr("paused"); break;
    case State::Running: state = tr("running"), dot = t.good; break;
    case State::Failed: state = tr("stopped: see the notes"), dot = t.bad; break;
  }
  if (status.replayTo >= 0)
    state = tr("rewinding to %1; pause stops it")
                .arg(QString::fromStdString(timeText(status.replayTo)));
  if (status.recording) state = tr("recording"), dot = t.bad;
  if (bench.isSaving()) state += tr(" · saving");
  state_->setText(state);
  if (dot != dot_) dot_ = dot, update();
  const auto notes = bench.notes().size();
  notes_->setText(notes == 1 ? tr("1 note") : tr("%1 notes").arg(notes));
  notes_->setVisible(notes > 0);
  size_->setText(
      tr("%1 neurons · %2 synapses").arg(shownCount(status.neurons), shownCount(status.synapses)));
  QString rates;
  if (status.dropped > 0) rates += tr("%1 dropped   ").arg(shownCount(status.dropped));
  if (latencyMs > 0) rates += tr("latency %1 ms   ").arg(qRound(latencyMs));
  if (status.thinning > 1) rates += tr("views show 1 of %1   ").arg(status.thinning);
  if (status.state == State::Running)
    rates += tr("%1syn ev/s   ").arg(shownShort(status.synapticEventsPerSecond));
  rates += tr("RSS %1MB   %2 Hz")
               .arg(shownFixed(residentBytes() / 1e6, 0) + QChar(kThinSpace))
               .arg(qRound(ticksPerSecond));
  rates_->setText(rates);
  rates_->setToolTip(lossWords(status));
  showJobs(bench);
}

void StatusLine::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(dot_);
  painter.drawEllipse(QPointF(16, height() / 2.0), 4, 4);
}

}  // namespace spk
