# shellcheck shell=bash
# The common first half of app/run and tests/run, sourced by both: installs the missing Debian
# packages, configures, builds. Quick when nothing is to be done. Needs bash, and nothing else.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
build=$root/build

# Everything that building, running and testing needs, by the names of Debian 12. xauth is for
# xvfb-run; libgl1-mesa-dri draws without a graphics card; libqt6svg6 loads the SVG icons.
packages=(
  build-essential cmake ninja-build pkg-config ccache mold
  qt6-base-dev libqt6opengl6-dev qt6-svg-dev libqt6svg6 libvtk9-dev libimgui-dev
  libhdf5-dev nlohmann-json3-dev libcli11-dev liblz4-dev libzstd-dev
  libbz2-dev libexpat1-dev libsqlite3-dev libblosc-dev zlib1g-dev
  libgl1-mesa-dri xvfb xauth fonts-dejavu-core fonts-inter fonts-jetbrains-mono
)

# A bare machine has no locale: Qt and the tests want UTF-8.
case $(locale charmap 2>/dev/null) in UTF-8) ;; *) export LC_ALL=C.UTF-8 ;; esac

say() { printf '%s\n' "$*" >&2; }
fail() { say "${0##*/}: $*"; exit 1; }

# One line that is written over on a terminal; elsewhere one line for each tenth of the way.
# progress WORDS DONE ALL [WHAT]
progress_tenth=-1
progress() {
  local percent=$(($2 * 100 / ($3 > 0 ? $3 : 1)))
  if [[ -t 2 ]]; then
    printf '\r\e[K%s %3d %%  %.60s' "$1" "$percent" "${4-}" >&2
  elif ((percent / 10 != progress_tenth)); then
    progress_tenth=$((percent / 10))
    say "$1 $percent %"
  fi
}
progress_end() { if [[ -t 2 ]]; then printf '\r\e[K' >&2; fi; progress_tenth=-1; }

# apt-get as root, or by sudo; $as_root is how.
find_root() {
  if ((EUID == 0)); then as_root=(env)
  elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [[ -t 0 ]]; }; then as_root=(sudo env)
  else return 1
  fi
}

# Counts what apt-get says: each package is fetched, unpacked and set up.
watch_apt() {
  local line all=0 done=0
  while IFS= read -r line; do
    case $line in
      *' newly installed, '*) line=${line%% newly installed*}; all=$((${line##* } * 3)) ;;
      'Get:'* | 'Unpacking '* | 'Setting up '*) progress 'packages' $((++done < all ? done : all)) "$all" "$line" ;;
    esac
  done
  progress_end
}

install_packages() {
  local -x LC_ALL=C.UTF-8
  local missing=() package as_root
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this needs Debian 12 (or a system with its packages and apt-get). Elsewhere install what
these are called there, and build by hand with cmake --preset release: ${packages[*]}"
  fi
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null)
  for package in "${packages[@]}"; do
    [[ $'\n'$installed$'\n' == *$'\n'"installed $package"$'\n'* ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  say "missing packages: ${missing[*]}"
  find_root || fail "neither root nor sudo here. Ask for this, and start again:
  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
  local log=$build/packages.log
  say "installing them with apt-get (log: $log)"
  local apt=("${as_root[@]}" DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300)
  if ! "${apt[@]}" update >"$log" 2>&1 ||
     ! "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null 2>&1 | tee -a "$log" | watch_apt
  then
    tail -n 15 "$log" >&2
    fail "apt-get could not install them; its last words are above, all of them in $log.
No network, an old package list, or a Debian other than 12 are the usual reasons."
  fi
}

cached() { sed -n "s/^$1:[^=]*=//p" "$build/CMakeCache.txt" 2>/dev/null; }

configure() {
  local werror=${SPK_WERROR:-OFF} fresh=()
  if [[ -e $build/build.ninja && $(cached CMAKE_HOME_DIRECTORY) == "$root" && $(cached SPK_WERROR) == "$werror" &&
        $(cached SPK_GUI) == ON ]]; then
    return 0   # ninja itself configures again when a CMakeLists.txt has changed
  fi
  [[ $(cached CMAKE_HOME_DIRECTORY) == "$root" ]] || fresh=(--fresh)
  say "configuring"
  (cd "$root" && cmake --preset release "${fresh[@]}" -DSPK_WERROR="$werror" -DSPK_GUI=ON) >"$build/configure.log" 2>&1 || {
    tail -n 25 "$build/configure.log" >&2
    fail "cmake could not configure; its last words are above, all of them in $build/configure.log"
  }
}

# One compiler for each core, and at least 1 GiB of free memory for each.
compilers() {
  local cores memory
  cores=$(nproc)
  memory=$(($(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo) / 1048576))
  ((memory < cores)) && cores=$memory
  echo $((cores > 0 ? cores : 1))
}

watch_ninja() {
  local line counts
  while IFS= read -r line; do
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\]\ (.*) ]] || continue
    counts=("${BASH_REMATCH[@]}")
    ((counts[2] > 2)) || continue   # looking whether there is anything to do
    progress 'building' "${counts[1]}" "${counts[2]}" "${counts[3]}"
  done
  progress_end
}

# build_targets [TARGET…]; none: everything.
build_targets() {
  local log=$build/build.log
  if ! NINJA_STATUS='[%f/%t] ' ninja -C "$build" -j "$(compilers)" "$@" 2>&1 | tee "$log" | watch_ninja; then
    sed -n '/^FAILED/,$p' "$log" | head -n 60 >&2
    grep -q '^FAILED' "$log" || tail -n 20 "$log" >&2
    fail "the build failed; the first error is above, everything in $log"
  fi
}

# set_up [TARGET…]: from a bare machine to built programs.
set_up() {
  set -o pipefail
  mkdir -p "$build" || fail "cannot write in $root"
  install_packages
  configure
  build_targets "$@"
  if [[ -z ${XDG_RUNTIME_DIR-} ]]; then   # Qt complains without
    export XDG_RUNTIME_DIR=$build/runtime
    mkdir -p "$XDG_RUNTIME_DIR" && chmod 700 "$XDG_RUNTIME_DIR"
  fi
}
