#pragma once
#include <string_view>

namespace spk {

std::string_view versionText();  ///< "0.1.0", of the build's project() line
std::string_view buildText();    ///< compiler and kind of build: "GCC 12.2.0, Release"

}  // namespace spk
