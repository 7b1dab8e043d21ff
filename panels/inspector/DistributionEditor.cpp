#include "panels/inspector/DistributionEditor.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <array>
#include <cmath>
#include <utility>

#include "engine/base/Json.h"
#include "engine/graph/check.h"
#include "engine/graph/units.h"
#include "panels/kit/Theme.h"

namespace spk::panels::inspector {
namespace {

struct Form {
  const char* name;
  std::array<const char*, 2> fields;
};
constexpr std::array kForms = {
    Form{"constant", {"value", nullptr}},   Form{"normal", {"mean", "sd"}},
    Form{"uniform", {"min", "max"}},        Form{"lognormal", {"mean", "sd"}},
    Form{"exponential", {"mean", nullptr}},
};

}  // namespace

DistributionEditor::DistributionEditor(Parameter parameter, const Value& value, QWidget* parent)
    : QFrame(parent, Qt::Popup),
      parameter_(std::move(parameter)),
      form_(new QComboBox(this)),
      fields_(new QFormLayout),
      complaint_(new QLabel(this)) {
  setAttribute(Qt::WA_DeleteOnClose);
  setFrameShape(QFrame::StyledPanel);
  setObjectName("distribution");
  for (const Form& form : kForms) form_->addItem(form.name);
  const double now = asNumber(value).value_or(asNumber(parameter_.initial).value_or(0));
  mean_ = now, sd_ = std::abs(now) * 0.1;
  low_ = now - sd_, high_ = now + sd_;
  if (const Json* json = std::get_if<Json>(&value))
    if (const auto node = JsonNode::parse(json->text); node && node.value().members().size() == 1) {
      const auto& [name, members] = node.value().members().front();
      form_->setCurrentText(QString::fromStdString(name));
      const auto take = [&](const char* field, double& into) {
        if (const JsonNode* found = members.find(field); found && found->isNumber())
          into = found->number();
      };
      take("mean", mean_), take("sd", sd_), take("min", low_), take("max", high_);
    }

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(12, 12, 12, 12);
  column->addWidget(form_);
  column->addLayout(fields_);
  complaint_->setWordWrap(true);
  complaint_->setProperty("role", "error");
  complaint_->hide();
  column->addWidget(complaint_);
  auto* use = new QPushButton(tr("Use"), this);
  use->setDefault(true);
  column->addWidget(use);
  connect(use, &QPushButton::clicked, this, &DistributionEditor::apply);
  connect(form_, &QComboBox::currentIndexChanged, this, &DistributionEditor::showFields);
  showFields();
  form_->setFocus();
}

void DistributionEditor::showFields() {
  while (fields_->rowCount() > 0) fields_->removeRow(0);
  shown_.clear();
  for (const char* name : kForms[static_cast<std::size_t>(form_->currentIndex())].fields) {
    if (!name) continue;
    const std::string_view which = name;
    const double now = which == "sd" ? sd_ : which == "min" ? low_ : which == "max" ? high_ : mean_;
    auto* edit = new QLineEdit(QString::fromStdString(numberText(now)), this);
    edit->setFont(numberFont(12));
    edit->setObjectName(name);
    connect(edit, &QLineEdit::returnPressed, this, &DistributionEditor::apply);
    const bool ofLogarithm = form_->currentText() == "lognormal";
    QString label = ofLogarithm ? tr("%1 of the logarithm").arg(name) : tr(name);
    if (!parameter_.unit.empty() && !ofLogarithm)
      label += QStringLiteral(" [%1]").arg(QString::fromStdString(parameter_.unit));
    fields_->addRow(label, edit);
    shown_.push_back({name, edit});
  }
  adjustSize();
}

Result<Value> DistributionEditor::value() const {
  const bool ofLogarithm = form_->currentText() == "lognormal";
  std::vector<std::pair<std::string, JsonNode>> members;
  for (const Field& field : shown_) {
    TRY(const double number, numberWithUnit(field.edit->text().toStdString(),
                                            ofLogarithm ? std::string_view() : parameter_.unit));
    if (field.name == "value") return Value{number};
    members.emplace_back(field.name, JsonNode{number});
  }
  return Value{Json{
      JsonNode::object({{form_->currentText().toStdString(), JsonNode::object(std::move(members))}})
          .write()}};
}

void DistributionEditor::apply() {
  auto made = value();
  if (made)
    if (auto allowed = checkValue(parameter_, made.value()); !allowed) made = allowed.error();
  complaint_->setVisible(!made);
  if (!made) {
    complaint_->setText(QString::fromStdString(made.error().text()));
    adjustSize();
    return;
  }
  Q_EMIT chosen(made.value());
  close();
}

}  // namespace spk::panels::inspector
