#include "panels/kit/EmptyNote.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "panels/kit/acts.h"
#include "panels/kit/inputs.h"

namespace spk {
namespace {

constexpr std::size_t kMostSources = 4;
constexpr int kWordsWidth = 320;

QString joined(const QStringList& names) {
  if (names.size() < 2) return names.join(QString());
  return QObject::tr("%1 and %2")
      .arg(names.mid(0, names.size() - 1).join(QStringLiteral(", ")), names.last());
}

QString signalNoun(Signal signal) {
  switch (signal) {
    case Signal::Spikes: return QObject::tr("the spikes of populations");
    case Signal::Trace: return QObject::tr("traces such as V");
    case Signal::Events: return QObject::tr("the events of a camera or file");
    case Signal::Flow: return QObject::tr("the flow of a filter");
    default: return QString::fromLatin1(signalWord(signal));
  }
}

}  // namespace

EmptyNote::EmptyNote(QWidget* parent)
    : QFrame(parent), words_(new QLabel(this)), button_(new QPushButton(this)) {
  auto* column = new QVBoxLayout(this);
  column->setSpacing(12);
  words_->setAlignment(Qt::AlignCenter);
  words_->setWordWrap(true);
  words_->setProperty("role", "secondary");
  column->addStretch(1);
  column->addWidget(words_, 0, Qt::AlignHCenter);
  column->addWidget(button_, 0, Qt::AlignHCenter);
  column->addStretch(1);
  connect(button_, &QPushButton::clicked, this, &EmptyNote::wanted);
  hide();
}

void EmptyNote::say(const QString& words, const QString& button) {
  setVisible(!words.isEmpty());
  if (words.isEmpty()) return;
  words_->setText(words);
  // Wrapped text has no width of its own, and a layout that centres it would guess its height.
  const int width = std::min(kWordsWidth, words_->fontMetrics().horizontalAdvance(words) + 8);
  words_->setFixedSize(width, words_->heightForWidth(width));
  button_->setText(button);
  button_->setVisible(!button.isEmpty());
}

std::vector<Ref> sourcesFor(const PanelContext& context, Id view, std::span<const Signal> accepts) {
  std::vector<Ref> found;
  for (const auto& [id, node] : context.document.project().items) {
    if (node.isWire() || id == view) continue;
    for (const Port& port : context.registry.describe(node).ports) {
      if (port.input || std::ranges::find(accepts, port.signal) == accepts.end()) continue;
      found.push_back({id, port.name});
      break;
    }
    if (found.size() == kMostSources) break;
  }
  return found;
}

EmptyWords emptyWords(const PanelContext& context, Id view, std::span<const Signal> accepts) {
  QStringList nouns, names;
  for (const Signal signal : accepts) nouns << signalNoun(signal);
  for (const Ref& ref : sourcesFor(context, view, accepts)) {
    names << nodeName(context.registry, *context.document.project().find(ref.item));
  }
  return {QObject::tr("Nothing is connected yet. This view shows %1.")
              .arg(nouns.join(QObject::tr(", or "))),
          names.isEmpty() ? QObject::tr("Show it in the graph")
                          : QObject::tr("Connect %1").arg(joined(names))};
}

Result<void> connectSources(const PanelContext& context, Id view, std::span<const Signal> accepts) {
  const std::vector<Ref> sources = sourcesFor(context, view, accepts);
  if (sources.empty()) {
    TRY(const Value shown, context.act("graph.reveal", itemValues(view)));
    (void)shown;
    return {};
  }
  Edit edit{"connect a view"};
  const Project& project = context.document.project();
  const Item* there = project.find(view);
  const Shape ports = there ? context.registry.describe(*there) : Shape{};
  for (const Ref& source : sources) {
    const Shape shape = context.registry.describe(*project.find(source.item));
    const Port* from = shape.port(source.port);
    const auto meets = std::ranges::find_if(ports.ports, [&](const Port& port) {
      return port.input && from && port.signal == from->signal;
    });
    Item wire;
    wire.id = context.newId();
    wire.type = "wire.signal";
    wire.from = source;
    wire.to = {view, meets == ports.ports.end() ? "in" : meets->name};
    edit.ops.emplace_back(Insert{std::move(wire)});
  }
  return context.commit(std::move(edit), {});
}

}  // namespace spk
