#!/usr/bin/env bash
# Make the Python environment in which test/interop/ loads our datasets with LeRobot itself.
#
#   scripts/python-interop.sh            into $UNDERSTUDY_PYTHON's environment, or the user's cache folder
#
# Does nothing when the environment is already the one that this script makes. Needs about 2 GB of disk and,
# on Debian without Python, root.
set -euo pipefail

cache="${XDG_CACHE_HOME:-$HOME/.cache}"
python="${UNDERSTUDY_PYTHON:-$cache/understudy/python-interop/bin/python}"
venv="$(dirname "$(dirname "$python")")"
stamp="$venv/understudy-interop.stamp"
wanted="$(sha256sum "${BASH_SOURCE[0]}" | cut -d' ' -f1)"

check='
import torch, av, pandas, pyarrow
if not torch.version.cuda:
    operators = torch.library.Library("torchvision", "DEF")
    operators.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import h5py, mcap
from lerobot.datasets.lerobot_dataset import LeRobotDataset
'
if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && "$python" -W ignore -c "$check" 2>/dev/null; then
  echo "python-interop: ready in $venv"
  exit 0
fi
if [ -e "$venv" ] && [ ! -e "$venv/pyvenv.cfg" ]; then
  echo "python-interop: $venv is there and is no Python environment; set UNDERSTUDY_PYTHON to another place" >&2
  exit 1
fi

# LeRobot 0.4 needs Python 3.10 or newer; Debian keeps ensurepip in a package of its own.
usable() { python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; }
refuse() {
  echo "python-interop: needs python3 (3.10 or newer) with venv; on Debian: apt-get install python3 python3-venv" >&2
  exit 1
}
if ! usable; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then refuse; fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
  usable || refuse
fi

trap 'rm -rf "$venv"' ERR
rm -rf "$venv"
python3 -m venv "$venv"
pip() { "$venv/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }

# torch first and alone, so that nothing else chooses its build. pip takes a CPU build (2.13.0+cpu) where an
# index offers one; PyPI's own brings CUDA along.
pip install 'torch==2.13.0'
# What lerobot.datasets imports, within the limits that LeRobot states.
pip install 'datasets==4.8.5' 'huggingface_hub==0.35.3' 'av==15.1.0' 'packaging==25.0' 'pandas>=2.3,<4' \
  'pyarrow>=21' 'numpy>=2,<3' 'pillow>=11' 'psutil>=6' 'pyyaml>=6' 'safetensors>=0.5'
# Without their own requirements: LeRobot's are robots and simulators, torchvision's is another torch.
# torchvision 0.25 is the last one with the pyav reader that LeRobot 0.4 uses; of it only Python code runs.
pip install --no-deps 'lerobot==0.4.4' 'accelerate==1.15.0' 'torchvision==0.25.0'

# The readers of exports.
pip install 'h5py==3.14.0' 'mcap==1.2.2'
# The last LeRobot that reads v2.1, in a folder of its own that goes before the others on PYTHONPATH, with the versions of
# `datasets` and of what that needs that LeRobot 0.3 asks for.
pip install --no-deps --target "$venv/lerobot-v2.1" 'lerobot==0.3.3' 'datasets==3.6.0' 'dill==0.3.8' \
  'multiprocess==0.70.16' 'fsspec==2025.3.0' 'jsonlines==4.0.0' 'attrs==26.1.0'

"$venv/bin/python" -W ignore -c "$check"
PYTHONPATH="$venv/lerobot-v2.1" "$venv/bin/python" -W ignore -c "$check"
echo "$wanted" >"$stamp"
echo "python-interop: made $venv"
