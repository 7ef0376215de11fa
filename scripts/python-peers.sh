#!/usr/bin/env bash
# The Python environment that bench/retarget.ts compares against, dex-retargeting and mink, and bench/perception.ts,
# MediaPipe.
# It lives outside of the repository; a second call finds it ready. Prints the path of its interpreter.
set -euo pipefail

home="${UNDERSTUDY_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/understudy/python-peers}"
python="$home/bin/python"

# Each is pinned, and installed without its own requirements where those contradict each other:
# dex-retargeting asks for an older numpy than mujoco does.
torch='torch==2.13.0'
free=(numpy scipy anytree trimesh lxml six pyyaml pytransform3d nlopt pin mujoco daqp qpsolvers)
bare=(dex-retargeting==0.5.0 mink==1.3.0)

if ! "$python" -c 'import torch, dex_retargeting.retargeting_config, mink, daqp' 2>/dev/null; then
  [ -x "$python" ] || python3 -m venv "$home"
  "$python" -m pip install --quiet "$torch" >&2
  "$python" -m pip install --quiet "${free[@]}" >&2
  "$python" -m pip install --quiet --no-deps "${bare[@]}" >&2
  "$python" -c 'import torch, dex_retargeting.retargeting_config, mink, daqp' >&2
fi
# MediaPipe with what its landmarkers import; without the rest of its requirements (a second OpenCV among them).
if ! "$python" -c 'import av; from mediapipe.tasks.python import vision' 2>/dev/null; then
  "$python" -m pip install --quiet absl-py certifi flatbuffers sounddevice opencv-python-headless matplotlib av >&2
  "$python" -m pip install --quiet --no-deps mediapipe==1.2.2 >&2
  "$python" -c 'import av; from mediapipe.tasks.python import vision' >&2
fi
echo "$python"
