# shellcheck shell=sh disable=SC2034  # the lists are for who sources this
# Sourced by ./quickstart, ./check and .ci/run: what they need, by the names of Debian and Ubuntu,
# and how it is installed. The CUDA toolkit is used where it is and never installed from here.
build_packages="g++ cmake ninja-build libfmt-dev zlib1g-dev libfast-float-dev nlohmann-json3-dev
  libcli11-dev"
test_packages="libgtest-dev libbenchmark-dev libboost-context-dev python3"
ci_packages="clang clang-format clang-tidy libclang-rt-dev libomp-dev"

# A package is there if its program is, or if dpkg says so.
is_installed() {
  command -v "$1" >/dev/null 2>&1 ||
    dpkg-query -W -f='${Status}' "$1" 2>/dev/null | grep -q '^install ok installed'
}

# install_missing PACKAGE...: installs those that are not there, or says what has to be installed.
install_missing() {
  missing=
  for package in "$@"; do
    is_installed "$package" || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  echo "missing:$missing"
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "Install these (the names are Debian's) and run this again." >&2
    return 1
  fi
  privilege=
  [ "$(id -u)" -eq 0 ] || privilege=sudo
  if [ -n "$privilege" ] && ! command -v sudo >/dev/null 2>&1; then
    echo "Have an administrator run: apt-get install --no-install-recommends$missing" >&2
    return 1
  fi
  # shellcheck disable=SC2086  # a list of words
  $privilege apt-get update -q &&
    DEBIAN_FRONTEND=noninteractive $privilege apt-get install -q -y --no-install-recommends $missing
}
