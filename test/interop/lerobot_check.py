"""Load a dataset with LeRobot itself and compare it with what was written.

    python lerobot_check.py DATASET EXPECTED.json REFERENCE

EXPECTED.json says what the test wrote. REFERENCE is a dataset recorded with LeRobot: field types of the
same columns must be equal. Prints one JSON object of facts; any difference raises.
"""

import json
import logging
import os
import sys
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"

import torch

# torchvision's compiled operators need the CUDA libraries that a CPU build of torch does not bring. Nothing
# here calls them, but `import torchvision` registers a fake kernel for this one, so it has to be declared.
if not torch.version.cuda:
    operators = torch.library.Library("torchvision", "DEF")  # the declaration lives as long as this object
    operators.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from lerobot.datasets.compute_stats import aggregate_stats, get_feature_stats
from lerobot.datasets.lerobot_dataset import LeRobotDataset
from lerobot.datasets.utils import dataset_to_policy_features

LEVELS = 3 / 255  # grey levels that a lossy codec may change a flat picture by


def episode_table(root: Path) -> pa.Table:
    """meta/episodes, whose files have one schema."""
    files = sorted((root / "meta/episodes").glob("*/*.parquet"))
    tables = [pq.read_table(file) for file in files]
    assert all(table.schema.equals(tables[0].schema) for table in tables), files
    return pa.concat_tables(tables)


def check_info(root: Path, reference: Path) -> None:
    """Every field of info.json and of each feature that LeRobot's recorder writes, with its JSON type."""
    mine, other = (json.loads((p / "meta/info.json").read_text()) for p in (root, reference))
    assert set(mine) == set(other), set(mine) ^ set(other)
    for name in other:
        # A limit may be a fraction of a megabyte here.
        numbers = isinstance(mine[name], (int, float)) and isinstance(other[name], (int, float))
        assert numbers or type(mine[name]) is type(other[name]), name
    for path in ("data_path", "video_path", "codebase_version"):
        assert mine[path] == other[path], path
    shape = lambda feature: {key: type(value).__name__ for key, value in feature.items()}
    for kind in ("action", "observation.state", "timestamp", "frame_index", "episode_index", "index", "task_index"):
        assert shape(mine["features"][kind]) == shape(other["features"][kind]), kind
        assert mine["features"][kind]["dtype"] == other["features"][kind]["dtype"], kind
    video = lambda info: next(f for f in info["features"].values() if f["dtype"] == "video")
    assert video(mine)["names"] == video(other)["names"]
    assert shape(video(mine)["info"]) == shape(video(other)["info"])


def check_schemas(root: Path, reference: Path) -> None:
    """Same Arrow and Parquet types, row groups and compression as LeRobot's own recorder."""
    ours, theirs = (pq.ParquetFile(p / "data/chunk-000/file-000.parquet") for p in (root, reference))
    video = next(k for k, f in json.loads((root / "meta/info.json").read_text())["features"].items() if f["dtype"] == "video")
    their_video = "observation.images.front"
    for name in ("timestamp", "frame_index", "episode_index", "index", "task_index"):
        assert ours.schema_arrow.field(name).equals(theirs.schema_arrow.field(name)), name
    for name in ("action", "observation.state"):
        mine, other = ours.schema_arrow.field(name).type, theirs.schema_arrow.field(name).type
        assert type(mine) is type(other) and mine.value_field.equals(other.value_field), (mine, other)
    column = lambda f, name: next(c for c in (f.schema.column(i) for i in range(len(f.schema))) if c.path.startswith(name))
    for name in ("action", "timestamp", "index"):
        mine, other = column(ours, name), column(theirs, name)
        assert (mine.path, mine.physical_type, mine.max_definition_level, mine.max_repetition_level) == (
            other.path, other.physical_type, other.max_definition_level, other.max_repetition_level), name

    lengths = []
    for path in sorted((root / "data").glob("*/*.parquet")):
        file = pq.ParquetFile(path)
        assert file.schema_arrow.equals(ours.schema_arrow, check_metadata=True), path
        lengths += [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
        assert all(file.metadata.row_group(i).column(c).compression == "SNAPPY"
                   for i in range(file.metadata.num_row_groups) for c in range(file.metadata.num_columns))
    episodes = episode_table(root)
    assert lengths == episodes["length"].to_pylist(), lengths
    mine = json.loads(ours.schema_arrow.metadata[b"huggingface"])["info"]["features"]
    other = json.loads(theirs.schema_arrow.metadata[b"huggingface"])["info"]["features"]
    assert mine["timestamp"] == other["timestamp"] and {**mine["action"], "length": 6} == other["action"]

    reference_episodes = pq.read_schema(reference / "meta/episodes/chunk-000/file-000.parquet")
    compared = 0
    for field in reference_episodes:
        if "images.top" in field.name:
            continue
        name = field.name.replace(their_video, video)
        assert episodes.schema.field(name).type.equals(field.type), (name, episodes.schema.field(name).type, field.type)
        compared += 1
    assert compared > 80, compared


def check_tasks(root: Path, expected: dict) -> None:
    tasks = pd.read_parquet(root / "meta/tasks.parquet")
    assert tasks.index.name == "task" and list(tasks.columns) == ["task_index"], tasks
    assert tasks.index.tolist() == list(dict.fromkeys(expected["tasks"])), tasks
    assert tasks["task_index"].tolist() == list(range(len(tasks)))


def check_frames(dataset: LeRobotDataset, expected: dict) -> float:
    """Every frame of every episode, pictures included; returns the largest error of a picture."""
    index, worst = 0, 0.0
    key = dataset.meta.video_keys[0]
    height, width, _ = dataset.meta.features[key]["shape"]
    for e, episode in enumerate(expected["episodes"]):
        for t in range(episode["length"]):
            item = dataset[index]
            assert item["index"].item() == index and item["episode_index"].item() == e and item["frame_index"].item() == t
            assert item["timestamp"].item() == np.float32(t / expected["fps"])
            assert item["task"] == expected["tasks"][e]
            for name, rows in episode["columns"].items():
                value, wanted = item[name], torch.tensor(rows[t])
                assert value.shape == wanted.shape, (name, value.shape, wanted.shape)
                assert value.dtype == (torch.int64 if name in expected["integers"] else torch.float32), name
                assert torch.equal(value.double(), wanted.double()), (name, value, wanted)
            picture = item[key]
            assert picture.shape == (3, height, width) and picture.dtype == torch.float32
            worst = max(worst, (picture - episode["grey"][t] / 255).abs().max().item())
            index += 1
    assert index == len(dataset) == dataset.meta.total_frames
    assert worst <= LEVELS, f"a picture is off by {worst * 255:.1f} grey levels: the wrong frame or a bad encoding"
    return worst


def check_windows(root: Path, expected: dict) -> dict:
    """A training batch: past pictures and future actions, padded at the ends of episodes."""
    fps = expected["fps"]
    deltas = {"observation.images.main": [-1 / fps, 0], "action": [i / fps for i in range(8)]}
    dataset = LeRobotDataset("understudy/test", root=root, video_backend="pyav", delta_timestamps=deltas)
    loader = torch.utils.data.DataLoader(dataset, batch_size=16, shuffle=True, generator=torch.Generator().manual_seed(0))
    batches = 0
    for batch in loader:
        n = batch["index"].shape[0]
        assert batch["action"].shape == (n, 8, 3) and batch["action_is_pad"].shape == (n, 8)
        assert batch["observation.images.main"].shape[:3] == (n, 2, 3)
        for i in range(n):
            episode = expected["episodes"][batch["episode_index"][i]]
            t = batch["frame_index"][i].item()
            for k in range(8):
                assert batch["action_is_pad"][i, k].item() == (t + k >= episode["length"])
                wanted = episode["columns"]["action"][min(t + k, episode["length"] - 1)]
                assert torch.equal(batch["action"][i, k].double(), torch.tensor(wanted).double())
            grey = episode["grey"][max(0, t - 1)] / 255
            assert (batch["observation.images.main"][i, 0] - grey).abs().max().item() <= LEVELS
        batches += 1
    return {"batches": batches}


def check_stats(dataset: LeRobotDataset, root: Path, expected: dict) -> None:
    """Statistics are LeRobot's own, but for its quantiles, which it reads off a histogram."""
    per_episode = []
    table = episode_table(root)
    for e, episode in enumerate(expected["episodes"]):
        row = {k: np.array(table[k][e].as_py()) for k in table.column_names if k.startswith("stats/")}
        stats = {}
        for key, value in row.items():
            feature, stat = key.removeprefix("stats/").rsplit("/", 1)
            stats.setdefault(feature, {})[stat] = value
        for name, rows in episode["columns"].items():
            array = np.array(rows, dtype=np.int64 if name in expected["integers"] else np.float64)
            wanted = get_feature_stats(array, axis=0, keepdims=array.ndim == 1)
            spread = np.maximum(wanted["max"] - wanted["min"], 1e-6)
            for stat, value in wanted.items():
                got = stats[name][stat]
                assert got.shape == value.shape, (name, stat, got.shape, value.shape)
                # The median of few samples is ill defined to one order statistic; the others are not.
                slack = spread if stat.startswith("q") else 1e-6 * np.maximum(1, np.abs(value))
                assert (np.abs(got - value) <= slack).all(), (e, name, stat, got, value)
        per_episode.append(stats)

    total = aggregate_stats(per_episode)
    assert set(total) == set(dataset.meta.stats) == set(dataset.meta.features)
    for name, stats in total.items():
        for stat, value in stats.items():
            got = dataset.meta.stats[name][stat]
            assert got.shape == value.shape, (name, stat)
            assert np.allclose(got, value, rtol=1e-9, atol=1e-9), (name, stat, got, value)
            integer = stat == "count" or (name in [*expected["integers"], "frame_index", "episode_index", "index", "task_index"] and stat in ("min", "max"))
            assert np.issubdtype(got.dtype, np.integer) == integer, (name, stat, got.dtype)


def main() -> None:
    logging.disable(logging.WARNING)
    root, expected, reference = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3])
    dataset = LeRobotDataset("understudy/test", root=root, video_backend="pyav")
    assert dataset.num_episodes == len(expected["episodes"]) and dataset.fps == expected["fps"]
    check_info(root, reference)
    check_schemas(root, reference)
    check_tasks(root, expected)
    worst = check_frames(dataset, expected)
    check_stats(dataset, root, expected)
    windows = check_windows(root, expected)
    one = LeRobotDataset("understudy/test", root=root, episodes=[1], video_backend="pyav")
    assert len(one) == expected["episodes"][1]["length"] and one[3]["episode_index"].item() == 1
    policy = sorted(dataset_to_policy_features(dataset.meta.features))
    assert policy == ["action", "observation.images.main", "observation.state"], policy
    files = {kind: sum(f.is_file() for f in (root / kind).rglob("*")) for kind in ("data", "videos", "meta/episodes")}
    chunks = len(list((root / "data").iterdir()))
    extras = {k: dataset.meta.episodes[1][k] for k in ("quality/score", "view", "flags", "provenance")}
    print(json.dumps({"frames": len(dataset), "episodes": dataset.num_episodes, "worst_grey": worst * 255, "extras": extras, "files": files, "chunks": chunks, **windows}))


main()
