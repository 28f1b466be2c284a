# To be sourced: packages of Debian's, installed where they are missing. What Debian starts of them by itself listens on ports
# of its own, where it is in nobody's way.
# shellcheck shell=bash

install_packages() {
  echo "installing $*"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

# Those whose program is called as they are.
install_missing() {
  local name missing=()
  for name in "$@"; do
    # Where only root looks, too.
    PATH="$PATH:/usr/sbin" command -v "$name" >/dev/null || missing+=("$name")
  done
  if [ ${#missing[@]} -gt 0 ]; then install_packages "${missing[@]}"; fi
}
