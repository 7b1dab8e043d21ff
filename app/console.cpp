#include "app/console.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
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

std::string table(const JsonNode& object) {
  std::vector<std::pair<std::string, std::string>> rows;
  const auto add = [&rows](auto&& again, std::string name, const JsonNode& value) -> void {
    std::ranges::replace(name, '_', ' ');
    if (value.form() == JsonNode::Form::Object) {
      for (const auto& [key, inner] : value.members())
        again(again, name.empty() ? key : name + " " + key, inner);
      return;
    }
    const double number = value.number();
    rows.emplace_back(std::move(name),
                      value.form() == JsonNode::Form::Text ? value.text()
                      : !value.isNumber()                  ? value.write()
                      : number >= 1e4 ? grouped(static_cast<std::uint64_t>(number + 0.5))
                      : value.form() == JsonNode::Form::Real ? fixed(number, 3)
                                                             : std::to_string(value.integer()));
  };
  add(add, {}, object);
  std::size_t widest = 0;
  for (const auto& [name, value] : rows) widest = std::max(widest, name.size());
  std::string text;
  for (const auto& [name, value] : rows)
    text += name + std::string(widest + 2 - name.size(), ' ') + value + "\n";
  return text;
}

std::string fixed(double number, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

Progress::Progress(const char* what) : what_(what) {
  if (isatty(STDERR_FILENO)) thread_ = std::thread([this] { draw(); });
}

Progress::~Progress() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
}

void Progress::phase(const char* what) {
  whole_ = 0, done_ = 0;
  unit_ = "";
  what_ = what;
}

void Progress::show(double done, double whole, const char* unit) {
  done_ = done, whole_ = whole;
  unit_ = unit;
}

void Progress::draw() {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  auto next = began + 1s;
  bool drawn = false;
  while (!stop_) {
    std::this_thread::sleep_for(20ms);
    if (Clock::now() < next) continue;
    next += 100ms;
    drawn = true;
    const double done = done_, whole = whole_;
    const std::string unit = unit_.load();
    std::string line = what_.load();
    if (whole > 0) {
      const double share = std::clamp(done / whole, 0.0, 1.0);
      const auto full = static_cast<std::size_t>(share * kBarWidth);
      line += " [" + std::string(full, '#') + std::string(kBarWidth - full, '.') + "] " +
              fixed(share * 100, 0) + " %  " + fixed(done, 2) + " of " + fixed(whole, 2) + " " +
              unit;
    } else if (done > 0) {
      line += ", " + grouped(static_cast<std::uint64_t>(done)) + " " + unit;
    } else {
      line += ", " + fixed(std::chrono::duration<double>(Clock::now() - began).count(), 0) + " s";
    }
    std::fprintf(stderr, "\r%s\033[K", line.c_str());
    std::fflush(stderr);
  }
  if (drawn) std::fputs("\r\033[K", stderr);
}

}  // namespace spk::console
