#pragma once
#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>
#include <string>

#include "app/commands.h"
#include "app/console.h"
#include "engine/base/Value.h"

namespace spk {

/// Reads a subcommand's words. @return an exit code if that is all: help was asked for (0) or the
/// words are wrong (2, said on standard error).
inline std::optional<int> parse(CLI::App& app, Words words) {
  std::ranges::reverse(words);  // CLI11 takes them from the back
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    console::print(app.help());
    return console::kDone;
  } catch (const CLI::ParseError& error) {
    console::say("spikarium " + app.get_name() + ": " + error.what());
    console::say("spikarium " + app.get_name() + " --help says what is possible");
    return console::kWrongUse;
  }
  return std::nullopt;
}

/// "250ms", "2s"; without a unit, seconds.
inline CLI::Option* addTime(CLI::App& app, const std::string& name, std::optional<Time>& time,
                            const std::string& doc) {
  return app
      .add_option_function<std::string>(
          name,
          [&time, name](const std::string& text) {
            const auto parsed = parseTime(text);
            if (!parsed) throw CLI::ValidationError(name, parsed.error().text());
            time = parsed.value();
          },
          doc)
      ->type_name("TIME");
}

/// OPTION=VALUE pairs of a file format.
inline void addFormatOptions(CLI::App& app, Values& options) {
  app.add_option_function<std::vector<std::string>>(
         "--set",
         [&options](const std::vector<std::string>& pairs) {
           for (const std::string& pair : pairs) {
             const std::size_t equals = pair.find('=');
             if (equals == std::string::npos || equals == 0)
               throw CLI::ValidationError("--set", "OPTION=VALUE is expected, not " + pair);
             options[pair.substr(0, equals)] = valueFromText(pair.substr(equals + 1));
           }
         },
         "What the file does not say, such as width=640")
      ->type_name("OPTION=VALUE")
      ->allow_extra_args(false);
}

}  // namespace spk
