#!/usr/bin/env bash
# What the action of action.yml runs: one check for the exit code and SARIF, one more where JUnit is wanted.
set -uo pipefail

files=()
while IFS= read -r line; do
  line="${line#"${line%%[![:space:]]*}"}"
  line="${line%"${line##*[![:space:]]}"}"
  [ -n "$line" ] && files+=("$line")
done <<< "${INPUT_FILES:-}"
if [ ${#files[@]} -eq 0 ]; then
  echo "::error::files is empty"
  exit 3
fi

options=(--lang "${INPUT_LANG:-vi}" --min-severity "${INPUT_MIN_SEVERITY:-low}" --quiet)
[ -n "${INPUT_BASELINE:-}" ] && options+=(--baseline "$INPUT_BASELINE")
[ -n "${INPUT_WAIVERS:-}" ] && options+=(--waivers "$INPUT_WAIVERS")

hpcp check "${options[@]}" --format sarif --output "${INPUT_SARIF:-hpcp-rules.sarif}" -- "${files[@]}"
code=$?
if [ -n "${INPUT_JUNIT:-}" ]; then
  hpcp check "${options[@]}" --format junit --output "$INPUT_JUNIT" -- "${files[@]}"
fi
echo "exit-code=$code" >> "${GITHUB_OUTPUT:-/dev/null}"

case "$code" in
  0) ;;
  1) echo "::warning::hpcp-rules: signs for a person to look at; see ${INPUT_SARIF:-hpcp-rules.sarif}" ;;
  2) echo "::error::hpcp-rules: something could not be checked" ;;
  *) echo "::error::hpcp-rules: wrong call" ;;
esac
[ "$code" -eq 1 ] && [ "${INPUT_FAIL:-true}" = "false" ] && exit 0
exit "$code"
