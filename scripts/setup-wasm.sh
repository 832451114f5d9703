#!/usr/bin/env bash
# Installs the build tools of the front end (Leptos, WebAssembly) into TOOLS_DIR; called by `scripts/setup`.
#
# SETUP_WASM_MODE=auto (default) uses the rustc on PATH if it has the library of wasm32-unknown-unknown. Otherwise, or with
# SETUP_WASM_MODE=fallback, Debian's rustc-web compiles the front end, with a library that is built once from Debian's rust-web-src,
# because compiler and library must match. A Rust of rustup is not changed.
#
# Writes TOOLS_DIR/env.sh for the build of the front end: PATH includes the tools, FRONT_RUSTC is the compiler.
set -euo pipefail
# shellcheck source=scripts/lib
. "$(dirname "${BASH_SOURCE[0]}")/lib"

readonly WASM_BINDGEN_VERSION=0.2.129 # must equal `wasm-bindgen = "=..."` in Cargo.toml
readonly BINARYEN_VERSION=132.0.0     # Debian's 108 writes modules that fail with `Table.grow()`
readonly SASS_VERSION=1.108.2
readonly LLD_VERSION=22 # the LLVM release that rustc-web is linked with
readonly TARGET=wasm32-unknown-unknown
readonly STD_RECIPE=1 # increase it when build_std changes, to rebuild the library everywhere

readonly MODE="${SETUP_WASM_MODE:-auto}"
readonly BIN="$TOOLS_DIR/bin" RUST="$TOOLS_DIR/rust" NPM="$TOOLS_DIR/npm" SCRATCH="$TOOLS_DIR/tmp"
export RUSTUP_AUTO_INSTALL=0 # with rustup, `rustc --version` must not install a toolchain

link() { [ "$(readlink "$2")" = "$1" ] || ln -sfn "$1" "$2"; }

# --- the compiler -----------------------------------------------------------------------------------------------------

own_rustc_has_target() {
  local libdir
  libdir=$(rustc --print target-libdir --target "$TARGET" 2>/dev/null) && compgen -G "$libdir/libstd-*.rlib" >/dev/null
}

debian_packages() {
  local packages=(rustc-web cargo-web rust-web-src "lld-$LLD_VERSION") package missing=no
  for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing=yes
  done
  [ $missing = yes ] || return 0
  # Installs all of them, because compiler and source must have one version. Fails beside Debian's rustc or rustup packages, which
  # conflict with rustc-web; the user decides which to remove.
  apt_install "${packages[@]}"
}

# A sysroot of our own: Debian's host library and linker as symbolic links, the wasm32 library as a folder. bin/rustc is a script,
# because /usr/bin/rustc always uses /usr as its sysroot.
lay_out_sysroot() {
  local new=$1 host=$2
  mkdir -p "$new/bin" "$new/lib/rustlib/$host/bin"
  printf '#!/bin/sh\nexec /usr/bin/rustc --sysroot "%s" "$@"\n' "$RUST" >"$new/bin/rustc"
  chmod +x "$new/bin/rustc"
  ln -s "/usr/lib/rustlib/$host/lib" "$new/lib/rustlib/$host/lib"
  ln -s "/usr/bin/lld-$LLD_VERSION" "$new/lib/rustlib/$host/bin/rust-lld"
}

# RUSTC_BOOTSTRAP=1 lets a stable compiler build its own library; it is used for nothing else.
# (`step` runs this, where `set -e` is off: hence the `|| return`.)
build_std() {
  local new=$1 work="$SCRATCH/std"
  mkdir -p "$work/src" "$new/lib/rustlib/$TARGET/lib"
  printf '[package]\nname = "std-for-wasm"\nedition = "2021"\n[profile.release]\npanic = "abort"\n[workspace]\n' >"$work/Cargo.toml"
  printf '#![no_std]\n' >"$work/src/lib.rs"
  (
    cd "$work" || exit
    unset RUSTUP_TOOLCHAIN CARGO_BUILD_TARGET CARGO_ENCODED_RUSTFLAGS RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER
    # embed-bitcode: a front end with `lto = true` needs the library's bitcode
    RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc RUSTFLAGS="-C embed-bitcode=yes" CARGO_PROFILE_RELEASE_DEBUG=0 \
      /usr/bin/cargo build --release -Z build-std=std,panic_abort --target "$TARGET" --target-dir "$work/target"
  ) || return
  cp "$work/target/$TARGET"/release/deps/lib*.{rlib,rmeta} "$new/lib/rustlib/$TARGET/lib/" || return
  rm -f "$new/lib/rustlib/$TARGET/lib"/libstd_for_wasm-*
}

debian_sysroot() {
  local stamp new="$TOOLS_DIR/rust.new" host
  stamp="$(dpkg-query -W -f '${Package} ${Version}\n' rustc-web rust-web-src "lld-$LLD_VERSION")
recipe $STD_RECIPE"
  ! same "$RUST/stamp" "$stamp" || return 0
  host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
  rm -rf "$new" "$SCRATCH/std"
  lay_out_sysroot "$new" "$host"
  step "standard library for $TARGET, from rust-web-src" build_std "$new"
  printf '%s\n' "$stamp" >"$new/stamp"
  rm -rf "$RUST"
  mv "$new" "$RUST"
}

compiler() {
  case $MODE in
    auto | fallback) ;;
    *) die "SETUP_WASM_MODE is '$MODE'; it must be auto or fallback" ;;
  esac
  if [ "$MODE" = auto ] && own_rustc_has_target; then
    FRONT_RUSTC=rustc
    return
  fi
  have apt-get || die "this rustc has no $TARGET library and there is no apt-get for the other way:" \
    "add the target with what installed this rustc (rustup target add $TARGET), then run this again"
  debian_packages
  debian_sysroot
  FRONT_RUSTC="$RUST/bin/rustc"
}

# --- the tools after the compiler -------------------------------------------------------------------------------------

# The CLI must have the version of the crate; no registry offers it prebuilt.
wasm_bindgen() {
  local root="$TOOLS_DIR/wasm-bindgen-cli-$WASM_BINDGEN_VERSION"
  if [ ! -x "$root/bin/wasm-bindgen" ]; then
    step "wasm-bindgen $WASM_BINDGEN_VERSION (by cargo install, some minutes)" env -u RUSTFLAGS \
      cargo install wasm-bindgen-cli --version "$WASM_BINDGEN_VERSION" --locked --no-default-features --bin wasm-bindgen \
      --root "$root" --target-dir "$SCRATCH/wasm-bindgen" --no-track
  fi
  link "$root/bin/wasm-bindgen" "$BIN/wasm-bindgen"
}

npm_tools() {
  local want="binaryen@$BINARYEN_VERSION sass@$SASS_VERSION"
  if ! same "$NPM/stamp" "$want"; then
    mkdir -p "$NPM"
    printf '{ "private": true }\n' >"$NPM/package.json"
    # shellcheck disable=SC2086 # two words on purpose
    step "npm packages $want" npm install --prefix "$NPM" --no-fund --no-audit --omit=optional --ignore-scripts $want
    printf '%s\n' "$want" >"$NPM/stamp"
  fi
  link "$NPM/node_modules/.bin/wasm-opt" "$BIN/wasm-opt"
  link "$NPM/node_modules/.bin/sass" "$BIN/sass"
}

write_env() {
  local text
  text="# Written by scripts/setup-wasm.sh; source it before building the front end.
export PATH=\"$BIN:\$PATH\"
# Only for the wasm32 build: RUSTC=\"\$FRONT_RUSTC\" cargo build --target $TARGET ...
export FRONT_RUSTC=\"$FRONT_RUSTC\""
  same "$TOOLS_DIR/env.sh" "$text" || printf '%s\n' "$text" >"$TOOLS_DIR/env.sh"
}

main() {
  mkdir -p "$BIN" "$SCRATCH"
  compiler
  npm_tools
  wasm_bindgen
  write_env
  rm -rf "${SCRATCH:?}"/*
}

main; exit # one line, so that an edit of this file does not affect a running script
