#include "engine/run/version.h"

namespace spk {

std::string_view versionText() { return SPK_VERSION; }
std::string_view buildText() { return SPK_BUILD; }

}  // namespace spk
