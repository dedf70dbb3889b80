#!/usr/bin/env bash
# From an ONNX file to firmware that answers bit for bit as the host does.
# Ends with an exit code other than 0 if anything fails or differs.
set -euo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")/.."

model=examples/digits/digits_int8.onnx
pictures=(examples/digits/pictures/*.png)
out=build/demo
spindle=build/release/spindle

if [[ -t 1 && -z ${NO_COLOR-} ]]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi
step=0
heading() { printf '\n%s%d. %s%s\n' "$bold" $((++step)) "$*" "$plain"; }
show() { printf '   $ %s\n' "$*"; }
indent() { sed 's/^./   &/'; }

# Runs a command quietly; shows what it said only if it fails.
quietly() {
  local log=$out/log.txt
  "$@" >"$log" 2>&1 && return
  cat "$log" >&2
  return 1
}

mkdir -p "$out"
heading "Build Spindle"
./setup.sh
[[ -f build/release/build.ninja ]] || quietly cmake --preset release
quietly cmake --build build/release --target spindle
echo "   $spindle"

heading "Compile an int8 MobileNetV2 to C for a Cortex-M7"
command=("$spindle" compile "$model" --target=cortex-m7 --name=digits -o "$out/digits")
show "${command[@]}"
rm -rf "$out/digits"
"${command[@]}" | indent

heading "Look at its memory plan"
command=("$spindle" plan "$model" --target=cortex-m7)
show "${command[@]}"
"${command[@]}" >"$out/plan.txt"
sed '/^Buffers/,$d' "$out/plan.txt" | indent
echo "   (every buffer and its place: $out/plan.txt)"

heading "Classify ${#pictures[@]} pictures on this machine"
options=(--mean=127.5 --std=127.5 --labels=examples/digits/labels.txt --top=1)
show "$spindle run $model --input=PICTURE ${options[*]}"
rm -rf "$out/host" "$out/pictures"
mkdir -p "$out/host" "$out/pictures"
for i in "${!pictures[@]}"; do
  number=$(printf '%02d' "$i")
  answer=$("$spindle" run "$model" --input="${pictures[i]}" "${options[@]}" \
    --output-dir="$out/host/$number" --save-input)
  printf '   %-12s %s\n' "$(basename "${pictures[i]}")" "$answer"
  cp "$out/host/$number/image.npy" "$out/pictures/input_$number.npy"
done

heading "Build firmware around the generated C and run it on an emulated Cortex-M7"
firmware=(make --no-print-directory -C examples/firmware MODEL=../../build/demo/digits
  BUILD=../../build/demo/firmware RUN=../../build/demo/pictures)
show "make -C examples/firmware MODEL=... RUN=../../build/demo/pictures run"
quietly "${firmware[@]}" -j"$(nproc)"
"${firmware[@]}" -s run 2>&1 | indent

heading "Compare the firmware's scores with the host's, bit for bit"
bytes=40 # ten float32, at the end of a .npy file
differing=0
for i in "${!pictures[@]}"; do
  number=$(printf '%02d' "$i")
  if ! cmp -s "$out/pictures/output_$number.bin" \
    <(tail -c "$bytes" "$out/host/$number/probabilities.npy"); then
    echo "   $(basename "${pictures[i]}") DIFFERS"
    differing=$((differing + 1))
  fi
done
echo "   $((${#pictures[@]} - differing)) of ${#pictures[@]} identical"
((differing == 0))
