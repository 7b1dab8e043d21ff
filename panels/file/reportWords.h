#pragma once
#include <QString>
#include <QStringList>

#include "engine/base/Json.h"

namespace spk::panels::file {

/// A report of a recording (act "file.report") in words.
struct ReportWords {
  QString state;      ///< "reading … 12 345 678 events so far"; empty when it is done
  double share = -1;  ///< of the progress bar; −1: how far is not known
  bool isReading = false, isFailed = false;
  QList<std::pair<QString, QString>> facts;  ///< "Events", "219 596 (115 532 ON, 104 064 OFF)"
  QStringList left;  ///< "3 events beyond the sensor": dropped, ignored, mended
  QStringList notes;
  bool guessedSize = false;
};
ReportWords reportWords(const JsonNode& report);

/// "unit=s order=x,y,p,t" with one name given another value; an empty value takes it out.
std::string withOption(const std::string& options, const std::string& name,
                       const std::string& value);
/// What `name` is there; empty if it is not.
std::string optionIn(const std::string& options, const std::string& name);

}  // namespace spk::panels::file
