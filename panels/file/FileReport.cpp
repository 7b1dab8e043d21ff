#include "panels/file/FileReport.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "panels/file/reportWords.h"
#include "panels/kit/Theme.h"
#include "panels/kit/acts.h"
#include "panels/kit/inputs.h"

namespace spk {
namespace {

using panels::file::ReportWords;

constexpr const char* kCamera = "source.event_stream";

QLabel* label(QWidget* parent, const char* role) {
  auto* made = new QLabel(parent);
  made->setProperty("role", role);
  made->setWordWrap(true);
  made->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return made;
}

/// One recording at a time, made anew where another is shown, filled again when more is known.
class FileReportPanel : public Panel {
 public:
  explicit FileReportPanel(PanelContext& context) : context_(context), area_(new QScrollArea) {
    area_->setObjectName(QStringLiteral("file.report"));
    area_->setWidgetResizable(true);
    area_->setFrameShape(QFrame::NoFrame);
    area_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area_->setAccessibleName(QObject::tr("Recording"));
    area_->setMinimumWidth(160);
    build();
    // While the file is read nothing else needs to move.
    QObject::connect(&again_, &QTimer::timeout, area_, [this] { refresh(); });
    refresh();
  }
  ~FileReportPanel() override { delete area_.data(); }

  QWidget* widget() override { return area_; }
  void edited(const Edit&) override {
    told_.clear();
    refresh();
  }
  void tick(Time) override {
    // The run goes on thirty times a second; what is in the file stays.
    const bool restyled = std::exchange(styled_, theme().kind) != theme().kind;
    if (context_.looking().version == looked_ && !restyled) return;
    looked_ = context_.looking().version;
    if (restyled) told_.clear();  // its words have colours
    refresh();
  }
  std::string facts() const override { return {}; }
  Result<void> exportTo(const std::filesystem::path& path, const FigureSize&) const override {
    return Error{"the report of a recording shows no figure to export", path.string()};
  }

 private:
  void build() {
    auto* page = new QWidget;
    page->setProperty("role", "panel");
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(16, 12, 16, 16);
    column->setSpacing(8);
    name_ = label(page, "head");
    state_ = label(page, "secondary");
    state_->setObjectName(QStringLiteral("file.state"));
    bar_ = new QProgressBar(page);
    bar_->setTextVisible(false);
    bar_->setFixedHeight(6);
    stop_ = new QPushButton(QObject::tr("Stop reading"), page);
    QObject::connect(stop_, &QPushButton::clicked, area_,
                     [this] { (void)context_.act("file.stopReport", itemValues(shown_)); });
    facts_ = label(page, "facts");
    facts_->setObjectName(QStringLiteral("file.facts"));
    facts_->setTextFormat(Qt::RichText);
    readAs_ = label(page, "section");
    form_ = new QFormLayout;
    form_->setSpacing(8);
    form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    leftHead_ = label(page, "section");
    leftHead_->setText(QObject::tr("Left out, ignored, put in order"));
    left_ = label(page, "facts");
    left_->setObjectName(QStringLiteral("file.left"));
    notesHead_ = label(page, "section");
    notesHead_->setText(QObject::tr("What the reader says"));
    notes_ = label(page, "facts");
    notes_->setObjectName(QStringLiteral("file.notes"));
    for (QWidget* each :
         {static_cast<QWidget*>(name_), static_cast<QWidget*>(state_), static_cast<QWidget*>(bar_)})
      column->addWidget(each);
    column->addWidget(stop_, 0, Qt::AlignLeft);
    column->addWidget(facts_);
    column->addSpacing(4);
    column->addWidget(leftHead_);
    column->addWidget(left_);
    column->addWidget(notesHead_);
    column->addWidget(notes_);
    column->addSpacing(4);
    column->addWidget(readAs_);
    column->addLayout(form_);
    column->addStretch(1);
    area_->setWidget(page);
  }

  /// The selected camera, else the one that was shown, else the first.
  Id camera() const {
    const Project& project = context_.document.project();
    const auto isCamera = [&](Id id) {
      const Item* item = project.find(id);
      return item && item->type == kCamera && !textOr(item->values, "file", "").empty();
    };
    for (const Id id : context_.looking().selection)
      if (isCamera(id)) return id;
    if (isCamera(shown_)) return shown_;
    for (const auto& [id, item] : project.items)
      if (isCamera(id)) return id;
    return Id::none;
  }

  void refresh() {
    if (!area_) return;
    const Id before = shown_;
    shown_ = camera();
    const Item* item = context_.document.project().find(shown_);
    if (!item) return showNothing();
    const auto answer = context_.act("file.report", itemValues(shown_));
    const Json* json = answer ? std::get_if<Json>(&answer.value()) : nullptr;
    const std::string text = json ? json->text : "{}";
    if (text == told_ && shown_ == before) return;
    told_ = text;
    if (const auto report = JsonNode::parse(text)) show(*item, report.value());
  }

  void showNothing() {
    again_.stop();
    told_.clear();
    name_->setText(QObject::tr("No recording is open."));
    state_->setText(
        QObject::tr("Drop a file of an event camera on the canvas, or open one (Ctrl+O)."));
    state_->show();
    for (QWidget* each : {static_cast<QWidget*>(bar_), static_cast<QWidget*>(stop_),
                          static_cast<QWidget*>(facts_), static_cast<QWidget*>(readAs_),
                          static_cast<QWidget*>(leftHead_), static_cast<QWidget*>(left_),
                          static_cast<QWidget*>(notesHead_), static_cast<QWidget*>(notes_)})
      each->hide();
    clearForm();
  }

  void show(const Item& item, const JsonNode& report) {
    const ReportWords words = panels::file::reportWords(report);
    name_->setText(nodeName(context_.registry, item));
    state_->setText(words.state);
    state_->setProperty("role", words.isFailed ? "error" : "secondary");
    state_->setVisible(!words.state.isEmpty());
    bar_->setVisible(words.isReading);
    bar_->setRange(0, words.share < 0 ? 0 : 100);
    if (words.share >= 0) bar_->setValue(int(100 * words.share));
    stop_->setVisible(words.isReading);
    QString table = QStringLiteral("<table cellspacing=0 cellpadding=2>");
    for (const auto& [name, value] : words.facts)
      table += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td style=\"color:%2\">%3</td></tr>")
                   .arg(name.toHtmlEscaped(), theme().text.name(), value.toHtmlEscaped());
    facts_->setText(table + QStringLiteral("</table>"));
    facts_->setVisible(!words.facts.isEmpty());
    setList(leftHead_, left_, words.left);
    setList(notesHead_, notes_, words.notes);
    showForm(item, report, words);
    if (words.isReading && !again_.isActive()) again_.start(100);
    if (!words.isReading) again_.stop();
  }

  static void setList(QLabel* head, QLabel* list, const QStringList& lines) {
    list->setText(lines.join(u'\n'));
    head->setVisible(!lines.isEmpty());
    list->setVisible(!lines.isEmpty());
  }

  void clearForm() {
    formOf_.clear();
    while (form_->rowCount() > 0) form_->removeRow(0);
  }

  /// What the file may not say, to be set right: options of the node.
  void showForm(const Item& item, const JsonNode& report, const ReportWords& words) {
    const JsonNode* id = report.find("format");
    const FileFormat* format = id ? context_.registry.fileFormat(id->text()) : nullptr;
    readAs_->setVisible(format != nullptr);
    readAs_->setText(words.guessedSize
                         ? QObject::tr("How it is read — the size is a guess: set it right here")
                         : QObject::tr("How it is read — empty fields: as the file says"));
    if (!format) return clearForm();
    const std::string key = format->id + '\n' + std::to_string(number(item.id));
    if (key != formOf_) {
      clearForm();
      formOf_ = key;
      for (const Parameter& option : format->options)
        if (!isForWriting(option.name)) addEditor(option);
    }
    for (const Parameter& option : format->options) {
      const std::string value = valueOf(item, option.name);
      if (auto* box = area_->findChild<QComboBox*>(editorName(option)))
        box->setCurrentText(
            QString::fromStdString(value.empty() ? valueText(option.initial) : value));
      if (auto* field = area_->findChild<QLineEdit*>(editorName(option));
          field && !field->hasFocus())
        field->setText(QString::fromStdString(value));
    }
  }

  static QString editorName(const Parameter& option) {
    return QStringLiteral("file.option.") + QString::fromStdString(option.name);
  }

  /// What a format asks only whoever writes it.
  static bool isForWriting(const std::string& name) {
    return name == "compression" || name == "content";
  }
  static bool isSide(const std::string& name) { return name == "width" || name == "height"; }

  static std::string valueOf(const Item& item, const std::string& name) {
    if (!isSide(name)) return panels::file::optionIn(textOr(item.values, "options", ""), name);
    const auto side = integerOr(item.values, name, 0);
    return side > 0 ? std::to_string(side) : std::string();
  }

  void addEditor(const Parameter& option) {
    QWidget* editor = nullptr;
    if (option.kind == Kind::Choice) {
      auto* box = new QComboBox;
      for (const std::string& choice : option.choices) box->addItem(QString::fromStdString(choice));
      QObject::connect(box, &QComboBox::activated, area_, [this, box, option] {
        const std::string chosen = box->currentText().toStdString();
        setOption(option.name, chosen == valueText(option.initial) ? std::string() : chosen);
      });
      editor = box;
    } else {
      auto* field = new QLineEdit;
      field->setPlaceholderText(QString::fromStdString(valueText(option.initial)));
      if (isSide(option.name)) field->setPlaceholderText(QObject::tr("as the file says"));
      QObject::connect(field, &QLineEdit::editingFinished, area_,
                       [this, field, name = option.name] {
                         if (field->isModified())
                           setOption(name, field->text().trimmed().toStdString());
                         field->setModified(false);
                       });
      editor = field;
    }
    editor->setObjectName(editorName(option));
    editor->setToolTip(QString::fromStdString(option.doc));
    editor->setAccessibleName(QString::fromStdString(option.name));
    QString words = typesetText(option.name);
    if (!option.unit.empty())
      words += QStringLiteral(" [%1]").arg(QString::fromStdString(option.unit));
    form_->addRow(words, editor);
  }

  void setOption(const std::string& name, const std::string& value) {
    const Project& project = context_.document.project();
    const Item* item = project.find(shown_);
    if (!item || valueOf(*item, name) == value) return;
    Edit edit{"Read with " + name + " = " + (value.empty() ? "as the file says" : value)};
    if (isSide(name)) {
      bool isNumber = false;
      const std::int64_t side = QString::fromStdString(value).toLongLong(&isNumber);
      if ((!isNumber && !value.empty()) || side < 0 || side > 65536) {
        state_->setText(QObject::tr("%1 is \"%2\"; 1 to 65 536 px are allowed")
                            .arg(QString::fromStdString(name), QString::fromStdString(value)));
        state_->show();
        return;
      }
      edit.ops.push_back(setting(project, item->id, name, Value{side}));
    } else {
      edit.ops.push_back(setting(
          project, item->id, "options",
          Value{panels::file::withOption(textOr(item->values, "options", ""), name, value)}));
    }
    (void)context_.commit(std::move(edit), {});
  }

  PanelContext& context_;
  QPointer<QScrollArea> area_;
  QLabel *name_ = nullptr, *state_ = nullptr, *facts_ = nullptr, *readAs_ = nullptr;
  QLabel *leftHead_ = nullptr, *left_ = nullptr, *notesHead_ = nullptr, *notes_ = nullptr;
  QProgressBar* bar_ = nullptr;
  QPushButton* stop_ = nullptr;
  QFormLayout* form_ = nullptr;
  std::string formOf_;  // format and node that the form is for
  Id shown_ = Id::none;
  std::string told_;  // the report that is shown; empty: it must be shown again
  std::uint64_t looked_ = 0;
  ThemeKind styled_ = theme().kind;
  QTimer again_;
};

}  // namespace

std::unique_ptr<Panel> makeFileReport(PanelContext& context) {
  return std::make_unique<FileReportPanel>(context);
}

}  // namespace spk
