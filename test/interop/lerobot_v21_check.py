"""Load an export with the LeRobot that reads v2.1 (on PYTHONPATH) and compare it with what was written.

    python lerobot_v21_check.py EXPORT EXPECTED.json REFERENCE

REFERENCE is Unitree's G1_Inspire dataset (v2.1, metadata only): the fields of info.json and of the lines of meta/
must be the same. Prints one JSON object of facts; any difference raises.
"""

import json
import logging
import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"

import torch

# As in lerobot_check.py: torchvision's compiled operators need CUDA's libraries; nothing here calls them.
if not torch.version.cuda:
    operators = torch.library.Library("torchvision", "DEF")
    operators.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import lerobot
import numpy as np
from lerobot.datasets.lerobot_dataset import CODEBASE_VERSION, LeRobotDataset

LEVELS = 3 / 255
KEY = "observation.images.main"


def check_fields(root: Path, reference: Path) -> int:
    """Same keys, same JSON types, as Unitree's dataset has them."""
    mine, other = (json.loads((p / "meta/info.json").read_text()) for p in (root, reference))
    assert set(mine) == set(other), set(mine) ^ set(other)
    for name in other:
        assert type(mine[name]) is type(other[name]), name
    for name in ("codebase_version", "data_path", "video_path", "chunks_size"):
        if name != "chunks_size":
            assert mine[name] == other[name], name
    for name in ("timestamp", "frame_index", "episode_index", "index", "task_index"):
        assert mine["features"][name] == other["features"][name], name
    for name in ("observation.state", "action"):
        assert mine["features"][name].keys() == other["features"][name].keys()
        assert mine["features"][name]["dtype"] == other["features"][name]["dtype"]
    video = other["features"]["observation.images.cam_high"]
    assert mine["features"][KEY].keys() == video.keys() and mine["features"][KEY]["info"].keys() == video["info"].keys()
    compared = 0
    for file in ("episodes.jsonl", "tasks.jsonl", "episodes_stats.jsonl"):
        line, theirs = (json.loads((p / "meta" / file).read_text().splitlines()[0]) for p in (root, reference))
        assert theirs.keys() <= line.keys(), file
        for key, value in theirs.items():
            assert type(line[key]) is type(value), (file, key)
            compared += 1
    for feature in ("observation.state", "action", "timestamp", "index"):
        assert line["stats"][feature].keys() == theirs["stats"][feature].keys(), feature
    image, their_image = line["stats"][KEY], theirs["stats"]["observation.images.cam_high"]
    assert image.keys() == their_image.keys()
    assert all(np.shape(image[k]) == np.shape(their_image[k]) for k in image)
    return compared


def main() -> None:
    logging.disable(logging.WARNING)
    root, expected, reference = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3])
    assert CODEBASE_VERSION == "v2.1"
    compared = check_fields(root, reference)
    fps = expected["fps"]
    deltas = {"action": [i / fps for i in range(4)]}
    dataset = LeRobotDataset("understudy/test", root=root, video_backend="pyav", delta_timestamps=deltas)
    assert dataset.num_episodes == len(expected["episodes"]) and dataset.fps == fps
    index, worst = 0, 0.0
    for e, episode in enumerate(expected["episodes"]):
        for t in range(episode["length"]):
            item = dataset[index]
            assert item["index"].item() == index and item["episode_index"].item() == e and item["frame_index"].item() == t
            assert item["timestamp"].item() == np.float32(t / fps) and item["task"] == expected["tasks"][e]
            for name, rows in episode["columns"].items():
                if name == "action":
                    shown = [rows[min(t + k, episode["length"] - 1)] for k in range(4)]
                    assert torch.equal(item[name].double(), torch.tensor(shown).double())
                    assert item["action_is_pad"].tolist() == [t + k >= episode["length"] for k in range(4)]
                else:
                    assert torch.equal(item[name].double(), torch.tensor(rows[t]).double()), (name, item[name], rows[t])
                    assert item[name].dtype == (torch.int64 if name in expected["integers"] else torch.float32), name
            worst = max(worst, (item[KEY] - episode["grey"][t] / 255).abs().max().item())
            index += 1
    assert index == len(dataset) and worst <= LEVELS, (index, worst)
    assert set(dataset.meta.stats) == set(dataset.meta.features)
    print(json.dumps({"lerobot": lerobot.__version__, "frames": index, "compared": compared, "worst_grey": worst * 255}))


main()
