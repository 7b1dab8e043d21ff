#pragma once
#include <QFrame>
#include <vector>

#include "engine/base/Parameter.h"

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace spk::panels::inspector {

/// A pop-up that makes a value different for each neuron: constant, normal, uniform, lognormal or
/// exponential, with the fields that each has.
class DistributionEditor : public QFrame {
  Q_OBJECT

 public:
  DistributionEditor(Parameter parameter, const Value& value, QWidget* parent);
  /// As the fields stand; Error says which is wrong.
  Result<Value> value() const;

 Q_SIGNALS:
  void chosen(const spk::Value& value);

 private:
  void showFields();
  void apply();

  struct Field {
    std::string name;
    QLineEdit* edit;
  };
  Parameter parameter_;
  QComboBox* form_;
  QFormLayout* fields_;
  QLabel* complaint_;
  std::vector<Field> shown_;
  double mean_ = 0, sd_ = 0, low_ = 0, high_ = 0;  // what the fields begin with
};

}  // namespace spk::panels::inspector
