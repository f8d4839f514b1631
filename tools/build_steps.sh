# Sourced by run and test: configure and build one preset, quietly when nothing changed.

hf_jobs="${HOLDFAST_JOBS:-$(nproc)}"

# hf_configure PRESET: runs cmake only the first time, or when the presets are newer. Ninja itself
# runs it again when a CMake file or the set of sources changed.
hf_configure() {
  local stamp="build/$1/configured" log="build/$1.configure.log"
  if [[ -f "$stamp" && -f "build/$1/build.ninja" && ! CMakePresets.json -nt "$stamp" ]]; then
    return
  fi
  mkdir -p build
  rm -f "$stamp"
  echo "configuring build/$1"
  if ! cmake --preset "$1" >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
  touch "$stamp"
}

# Keeps progress on one line on a terminal and drops what ninja says when there is nothing to do.
hf_progress() {
  local line open=0
  while IFS= read -r line; do
    case "$line" in
      'ninja: no work to do.' | *'Re-checking globbed directories'* | 'ninja: Entering '*) ;;
      '['[0-9]*)
        if [[ -t 1 ]]; then
          printf '\r\033[K%.*s' "${COLUMNS:-79}" "$line"
          open=1
        else
          printf '%s\n' "$line"
        fi
        ;;
      *)
        if [[ $open == 1 ]]; then
          printf '\n'
          open=0
        fi
        printf '%s\n' "$line"
        ;;
    esac
  done
  if [[ $open == 1 ]]; then
    printf '\r\033[K'
  fi
}

# hf_build PRESET [TARGET...]: pipefail passes ninja's failure on.
hf_build() {
  local preset="$1"
  shift
  hf_configure "$preset"
  ninja -C "build/$preset" -j "$hf_jobs" "$@" 2>&1 | hf_progress
}
