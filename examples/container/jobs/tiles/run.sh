#!/bin/sh
set -eu
echo "tiles drawn"
