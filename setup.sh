#!/usr/bin/env bash
# Installs what Spindle needs and this machine lacks: Debian 12 and 13, Ubuntu 24.04.
# A second run finds nothing to do.
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: ./setup.sh [--minimal]

  --minimal   only what building Spindle needs: no cross compilers, no emulators, no test data
USAGE
}

# Without these nothing builds.
required=(
  cmake ninja-build g++ pkg-config
  libprotobuf-dev protobuf-compiler libonnx-dev
  libfmt-dev libcli11-dev nlohmann-json3-dev libstb-dev libssl-dev zlib1g-dev
  catch2
)
# Builds are faster with ccache; LLVM and the clang of its version are for the LLVM backend. Where
# there is no version 19, the next best one is taken.
useful=(ccache llvm-19-dev clang-19)
llvm_versions=(19 20 18 17)
# For `spindle verify`, the tests on Arm cores and under sanitizers, and the firmware example. Where
# one of them is not to be had, what needs it says so.
cross=(
  make git libonnx-testdata
  gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm
  gcc-arm-linux-gnueabihf libc6-dev-armhf-cross
  gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
  lld-19 libclang-rt-19-dev clang-format-19 clang-tidy-19 tcc
)

warn() { printf 'setup: %s\n' "$*" >&2; }

# Prints those of the packages given that are not installed.
missing_of() {
  local installed
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  local package
  for package in "$@"; do
    grep -qxF "$package installed" <<<"$installed" || printf '%s\n' "$package"
  done
}

available() { [[ -n $(apt-cache show --no-all-versions "$1" 2>/dev/null) ]]; }

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  elif [[ -t 0 ]]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600 "$@"
}

# The version of LLVM to install instead of 19.
llvm_version() {
  local version
  for version in "${llvm_versions[@]}"; do
    available "llvm-$version-dev" && available "clang-$version" && echo "$version" && return
  done
  echo 19
}

# A broken third-party source fails the update though the distribution's own are fine; what counts
# is whether the packages are there afterwards.
update_lists() { apt update || warn "apt-get update reports a problem; going on"; }

# Never at the price of another package: gcc-multilib, for one, excludes the cross compilers.
install() { apt install -y --no-install-recommends --no-remove "$@" >/dev/null; }

# All at once, or else as many as can be had.
install_most() {
  install "$@" && return
  update_lists # the lists may name versions that the servers have replaced since
  install "$@" && return
  local package
  for package in "$@"; do install "$package" || true; done
}

main() {
  local minimal=false
  while (($# > 0)); do
    case $1 in
      --minimal) minimal=true ;;
      -h | --help) usage && exit 0 ;;
      *) usage >&2 && exit 2 ;;
    esac
    shift
  done

  local wanted=("${required[@]}" "${useful[@]}")
  $minimal || wanted+=("${cross[@]}")
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    warn "this is no Debian or Ubuntu; nothing was installed. Spindle needs what they call:"
    warn "  ${wanted[*]}"
    return 0
  fi

  local missing found=() package
  mapfile -t missing < <(missing_of "${wanted[@]}")
  ((${#missing[@]} > 0)) || return 0

  if [[ $(id -u) != 0 ]] && ! command -v sudo >/dev/null; then
    warn "there is no sudo; run $0 as root, or install: ${missing[*]}"
    return 1
  fi
  for package in "${missing[@]}"; do
    available "$package" && continue
    update_lists
    break
  done
  local llvm
  llvm=$(llvm_version)
  for package in "${missing[@]}"; do
    package=${package/-19/-$llvm}
    [[ -n $(missing_of "$package") ]] || continue
    if available "$package"; then
      found+=("$package")
    else
      warn "no package $package here"
    fi
  done
  if ((${#found[@]} > 0)); then
    printf 'setup: installing %s\n' "${found[*]}"
    install_most "${found[@]}"
    mapfile -t missing < <(missing_of "${found[@]}")
    ((${#missing[@]} == 0)) || warn "not installed: ${missing[*]}"
  fi

  mapfile -t missing < <(missing_of "${required[@]}")
  if ((${#missing[@]} > 0)); then
    warn "Spindle cannot be built without: ${missing[*]}"
    return 1
  fi
}

main "$@"
