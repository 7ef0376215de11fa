"""Follow the steps of GR00T's loader on an export, and its metadata steps on the sample that GR00T ships.

    python gr00t_check.py EXPORT EXPECTED.json SAMPLE

The package itself needs CUDA. What it asks of a dataset, from gr00t/data of github.com/NVIDIA/Isaac-GR00T: the five
files of meta/; info.json's path patterns with episode_chunk = episode // chunks_size; per part of modality.json a slice
[start, end) of its column (original_key, or observation.state and action), and statistics of that slice; a video's
height, width, channels and rate out of its feature; an annotation's task text by the index in its column.
Prints one JSON object of facts; any difference raises.
"""

import json
import sys
from pathlib import Path

import av
import numpy as np
import pandas as pd

DEFAULT_COLUMN = {"state": "observation.state", "action": "action"}


def load_meta(root: Path) -> dict:
    meta = root / "meta"
    lines = lambda name: [json.loads(line) for line in (meta / name).read_text().splitlines()]
    return {
        "info": json.loads((meta / "info.json").read_text()),
        "modality": json.loads((meta / "modality.json").read_text()),
        "stats": json.loads((meta / "stats.json").read_text()),
        "episodes": lines("episodes.jsonl"),
        "tasks": {task["task_index"]: task["task"] for task in lines("tasks.jsonl")},
    }


def check_parts(meta: dict) -> dict:
    """Every slice lies in its column and in its statistics; the parts cover a column without overlap."""
    parts = {}
    for kind in ("state", "action"):
        for part, span in meta["modality"][kind].items():
            key = span.get("original_key", DEFAULT_COLUMN[kind])
            width = meta["info"]["features"][key]["shape"][0]
            assert 0 <= span["start"] < span["end"] <= width, (kind, part, span)
            for stat in ("mean", "std", "min", "max", "q01", "q99"):
                values = np.array(meta["stats"][key][stat])[span["start"]:span["end"]]
                assert values.shape == (span["end"] - span["start"],) and np.isfinite(values).all(), (part, stat)
            parts[f"{kind}.{part}"] = (key, span["start"], span["end"])
        spans = sorted(parts[f"{kind}.{p}"][1:] for p in meta["modality"][kind])
        assert spans[0][0] == 0 and all(a[1] == b[0] for a, b in zip(spans, spans[1:])), spans
        assert spans[-1][1] == width, spans
    return parts


def video_shape(meta: dict, key: str) -> tuple:
    """As the loader finds it: by the name 'channel' and video_info, or by info."""
    feature = meta["info"]["features"][key]
    height, width = (feature["shape"][feature["names"].index(name)] for name in ("height", "width"))
    try:
        return height, width, feature["shape"][feature["names"].index("channel")], feature["video_info"]["video.fps"]
    except (ValueError, KeyError):
        return height, width, feature["info"]["video.channels"], feature["info"]["video.fps"]


def main() -> None:
    root, expected, sample = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()), Path(sys.argv[3])
    theirs = load_meta(sample)
    check_parts(theirs)
    assert video_shape(theirs, theirs["modality"]["video"]["ego_view"]["original_key"]) == (256, 256, 3, 20.0)

    meta = load_meta(root)
    assert set(theirs["modality"]) == set(meta["modality"])
    parts = check_parts(meta)
    info, frames = meta["info"], 0
    for e, episode in enumerate(expected["episodes"]):
        assert meta["episodes"][e]["length"] == episode["length"]
        chunk = e // info["chunks_size"]
        data = pd.read_parquet(root / info["data_path"].format(episode_chunk=chunk, episode_index=e))
        assert len(data) == episode["length"]
        for part, (key, start, end) in parts.items():
            values = np.stack(data[key].map(lambda row: row[start:end]))
            wanted = np.array(episode["columns"][key], np.float32)[:, start:end]
            assert values.dtype == np.float32 and np.array_equal(values, wanted), part
        for name, annotation in meta["modality"]["annotation"].items():
            column = data[annotation.get("original_key", f"annotation.{name}")]
            assert [meta["tasks"][i] for i in column] == [expected["tasks"][e]] * len(data)
        for video in meta["modality"]["video"].values():
            height, width, channels, fps = video_shape(meta, video["original_key"])
            assert channels == 3 and fps == expected["fps"]
            path = info["video_path"].format(episode_chunk=chunk, episode_index=e, video_key=video["original_key"])
            with av.open(str(root / path)) as container:
                pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
            assert len(pictures) == len(data) and pictures[0].shape == (height, width, channels)
            for t, picture in enumerate(pictures):
                assert abs(int(picture[0, 0, 0]) - episode["grey"][t]) <= 3
        frames += len(data)
    print(json.dumps({"frames": frames, "parts": sorted(parts)}))


main()
