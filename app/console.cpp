#include "app/console.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace spk::console {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kBarWidth = 30;

}  // namespace

int answer(const JsonNode& value) {
  const std::string text = value.write(true) + "\n";
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    return fail(
        {std::string("cannot be written (") + std::strerror(errno) + ")", "standard output"});
  return kDone;
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void say(std::string_view line) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
}

int fail(const Error& error) {
  say("spikarium: " + error.text());
  return kFailed;
}

std::string noteText(const Note& note, const Project& project) {
  if (note.item == Id::none) return note.text;
  const std::string path = itemPath(project, note.item);
  return note.text.starts_with(path) ? note.text : path + ": " + note.text;
}

void addNotes(Notes& notes, Notes more) {
  for (Note& note : more) {
    const bool known = std::ranges::any_of(
        notes, [&](const Note& n) { return n.item == note.item && n.text == note.text; });
    if (!known) notes.push_back(std::move(note));
  }
}

void sayNotes(const Notes& notes, const Project& project) {
  for (const Note& note : notes)
    say(std::string(levelWord(note.level)) + ": " + noteText(note, project));
}

JsonNode toJson(const Notes& notes, const Project& project) {
  JsonNode list = JsonNode::list();
  for (const Note& note : notes) {
    JsonNode row = JsonNode::object();
    row.set("level", levelWord(note.level));
    row.set("node", note.item == Id::none ? std::string() : itemPath(project, note.item));
    row.set("parameter", note.key);
    row.set("text", note.text);
    list.add(std::move(row));
  }
  return list;
}

JsonNode textsOf(const Notes& notes, const Project& project) {
  JsonNode list = JsonNode::list();
  for (const Note& note : notes) list.add(noteText(note, project));
  return list;
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, " ");
  return text;
}

std::string fixed(double number, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

Progress::Progress(std::string what) : what_(std::move(what)) {
  if (isatty(STDERR_FILENO)) thread_ = std::jthread([this](std::stop_token stop) { draw(stop); });
}

Progress::~Progress() = default;

void Progress::phase(std::string_view what) {
  const std::lock_guard lock(mutex_);
  what_ = what;
  share_ = -1;
  words_.clear();
}

void Progress::show(double share, std::string words) {
  const std::lock_guard lock(mutex_);
  share_ = std::min(share, 1.0);
  words_ = std::move(words);
}

void Progress::draw(std::stop_token stop) {
  bool drawn = false;
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, stop, 100ms, [&] { return stop.stop_requested(); })) {
    const auto spent = Clock::now() - began_;
    if (spent < 1s) continue;
    std::string line = what_;
    if (share_ >= 0) {
      const auto full = static_cast<std::size_t>(share_ * kBarWidth);
      line += " [" + std::string(full, '#') + std::string(kBarWidth - full, '.') + "] " +
              std::to_string(static_cast<int>(share_ * 100)) + " %";
    } else {
      line += ", " + fixed(std::chrono::duration<double>(spent).count(), 0) + " s";
    }
    if (!words_.empty()) line += "  " + words_;
    std::fprintf(stderr, "\r%s\033[K", line.c_str());
    std::fflush(stderr);
    drawn = true;
  }
  if (drawn) std::fputs("\r\033[K", stderr);
}

}  // namespace spk::console
