#!/bin/sh
# Builds resources/reader/evidence-reader.html from resources/reader/src. Needs Node 20 or newer and npm.
# The work is done in a copy below build/, so that no package ever lies in resources/. OUT=… writes elsewhere.
set -eu
cd "$(dirname "$0")/.."
WORK=build/page
OUT=${OUT:-resources/reader/evidence-reader.html}

mkdir -p "$WORK"
rm -rf "$WORK/reader" "$WORK/words" "$WORK/icons"
cp -r resources/reader resources/words resources/icons "$WORK"
if ! cmp -s resources/reader/package-lock.json "$WORK/package-lock.json" || [ ! -d "$WORK/node_modules" ]; then
    cp resources/reader/package.json resources/reader/package-lock.json "$WORK"
    # What is installed is what the lock file has the digests of; nothing of it runs while it is installed.
    npm --prefix "$WORK" ci --ignore-scripts --no-audit --no-fund --loglevel=error
fi
"$WORK/node_modules/.bin/tsc" --project "$WORK/reader"
node "$WORK/reader/build.mjs" "$WORK" "$OUT"
