#pragma once
#include <atomic>
#include <string>
#include <string_view>
#include <thread>

#include "engine/base/Json.h"
#include "engine/base/Note.h"
#include "engine/base/Result.h"
#include "engine/base/Time.h"
#include "engine/graph/Document.h"

namespace spk::console {

inline constexpr int kDone = 0, kFailed = 1, kWrongUse = 2;

/// One JSON value on standard output; nothing else goes there with --json. @return the exit code:
/// kFailed, said on standard error, if it cannot be written
int answer(const JsonNode& value);
/// Text on standard output.
void print(std::string_view text);
/// A line on standard error.
void say(std::string_view line);
/// "spikarium: where: what" on standard error. @return kFailed
int fail(const Error& error);
/// Warnings and errors, one line each with the item's path, on standard error.
void sayNotes(const Notes& notes, const Project& project);

JsonNode toJson(const Notes& notes, const Project& project);
/// Only their texts, with the item's path in front.
JsonNode textsOf(const Notes& notes, const Project& project);
/// "E.tau_m: …": with the item's path in front, once.
std::string noteText(const Note& note, const Project& project);
/// Adds what is not said yet: opening a project and checking it find some things alike.
void addNotes(Notes& notes, Notes more);

/// "12 345" with thin gaps every three digits.
std::string grouped(std::uint64_t number);
/// The fields of an object, a line each, names and values in two columns; what is inside a field
/// stands behind its name: "rate hz E".
std::string table(const JsonNode& object);
/// With so many digits after the point.
std::string fixed(double number, int digits);

/// A line on standard error while work takes over a second, if that is a terminal: drawn by a
/// thread of its own, so that it lives while the work is deep inside something. Words are literals.
class Progress {
 public:
  explicit Progress(const char* what);
  ~Progress();  ///< wipes the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// What is being done now; how far is not known yet.
  void phase(const char* what);
  /// "12.30 of 20.00 s" behind a bar; `whole` 0: it is not known, "123 456 events".
  void show(double done, double whole, const char* unit);

 private:
  void draw();

  std::atomic<const char*> what_, unit_ = "";
  std::atomic<double> done_ = 0, whole_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace spk::console
