"""Read the exports with the libraries that people read them with, and compare every value with what was written.

    python formats_check.py EXPORTS EXPECTED.json

EXPORTS holds the folders mcap, hdf5, arrow and csv. Prints one JSON object of facts; any difference raises.
"""

import base64
import io
import json
import sys
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pyarrow as pa
from mcap.reader import make_reader
from PIL import Image

LEVELS = 4


def check_mcap(folder: Path, expected: dict) -> int:
    """The reference reader, its checksums included."""
    messages = 0
    for e, episode in enumerate(expected["episodes"]):
        with open(folder / f"episode_{e:06d}.mcap", "rb") as file:
            reader = make_reader(file, validate_crcs=True)
            summary = reader.get_summary()
            topics = {channel.topic for channel in summary.channels.values()}
            assert {"/joint_states", "/joint_targets", "/observation/images/main"} <= topics
            count = {topic: 0 for topic in topics}
            for schema, channel, message in reader.iter_messages():
                t = count[channel.topic]
                count[channel.topic] += 1
                content = json.loads(message.data)
                stamp = content["timestamp"]["sec"] * 10**9 + content["timestamp"]["nsec"]
                assert stamp == message.log_time == round(t / expected["fps"] * 1e9), (channel.topic, t)
                assert channel.message_encoding == "json" and schema.encoding == "jsonschema"
                properties = json.loads(schema.data)["properties"]
                assert set(content) <= set(properties) and set(json.loads(schema.data)["required"]) <= set(content)
                if channel.topic in ("/joint_states", "/joint_targets"):
                    name = "observation.state" if channel.topic == "/joint_states" else "action"
                    assert schema.name == "foxglove.JointStates"
                    assert [joint["name"] for joint in content["joints"]] == expected["names"][name]
                    assert [joint["position"] for joint in content["joints"]] == episode["columns"][name][t]
                elif channel.topic == "/observation/images/main":
                    assert schema.name == "foxglove.CompressedImage" and content["format"] == "jpeg"
                    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(content["data"]))))
                    assert abs(picture.astype(int) - episode["grey"][t]).max() <= LEVELS
                else:
                    name = channel.topic[1:].replace("/", ".")
                    assert np.array_equal(content["values"], np.atleast_1d(episode["columns"][name][t])), name
                messages += 1
            assert set(count.values()) == {episode["length"]}, count
            metadata = {m.name: m.metadata for m in reader.iter_metadata()}["episode"]
            assert metadata["task"] == expected["tasks"][e] and metadata["view"] == expected["extras"][e]["view"]
    return messages


def check_hdf5(folder: Path, expected: dict) -> int:
    """As robomimic's SequenceDataset goes through it: demos by name, num_samples, actions, obs keys."""
    frames = 0
    with h5py.File(folder / "dataset.hdf5", "r") as file:
        data = file["data"]
        assert json.loads(data.attrs["env_args"])["env_name"] and data.attrs["fps"] == expected["fps"]
        assert json.loads(data.attrs["names.action"]) == expected["names"]["action"]
        demos = sorted(data.keys(), key=lambda name: int(name[5:]))
        assert demos == [f"demo_{e}" for e in range(len(expected["episodes"]))]
        for e, name in enumerate(demos):
            demo, episode = data[name], expected["episodes"][e]
            assert demo.attrs["num_samples"] == episode["length"] and demo.attrs["task"] == expected["tasks"][e]
            for key, rows in episode["columns"].items():
                place = {"action": "actions", "observation.state": "obs/state"}.get(key, key)
                integer = key in expected["integers"]
                assert demo[place].dtype == (np.int64 if integer else np.float32), key
                assert np.array_equal(demo[place][()], np.array(rows, demo[place].dtype)), key
            pictures = demo["obs/main_image"]
            assert pictures.dtype == np.uint8 and pictures.shape[0] == episode["length"] and pictures.shape[3] == 3
            for t, picture in enumerate(pictures):
                assert abs(picture.astype(int) - episode["grey"][t]).max() <= LEVELS
            assert demo["dones"][()].tolist() == [0] * (episode["length"] - 1) + [1]
            frames += episode["length"]
        assert data.attrs["total"] == frames
    return frames


def check_tables(arrow: Path, csv: Path, expected: dict) -> int:
    table = pa.ipc.open_file(arrow / "frames.arrow").read_all()
    # pandas' default parser may be off by one unit in the last place.
    frame = pd.read_csv(csv / "frames.csv", float_precision="round_trip")
    assert table.num_rows == len(frame)
    row = 0
    for e, episode in enumerate(expected["episodes"]):
        part = table.slice(row, episode["length"])
        rows = frame.iloc[row:row + episode["length"]]
        for key, values in episode["columns"].items():
            field = table.schema.field(key).type
            integer = key in expected["integers"]
            value = field.value_type if pa.types.is_fixed_size_list(field) else field
            assert value == (pa.int64() if integer else pa.float32()), (key, field)
            assert part[key].to_pylist() == values, key
            names = expected["names"][key]
            columns = [key] if names is None else [f"{key}.{name}" for name in names]
            read = rows[columns].to_numpy().astype(np.int64 if integer else np.float32)
            assert np.array_equal(read, np.array(values, read.dtype).reshape(len(rows), -1)), key
        assert set(part["task"].to_pylist()) == set(rows["task"]) == {expected["tasks"][e]}
        row += episode["length"]
    assert row == table.num_rows
    for folder in (arrow, csv):
        lines = [json.loads(line) for line in (folder / "episodes.jsonl").read_text().splitlines()]
        assert [line["length"] for line in lines] == [episode["length"] for episode in expected["episodes"]]
        assert all(line["view"] == "third-person" for line in lines)
    return row


def main() -> None:
    exports, expected = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
    facts = {
        "mcap": check_mcap(exports / "mcap", expected),
        "hdf5": check_hdf5(exports / "hdf5", expected),
        "tables": check_tables(exports / "arrow", exports / "csv", expected),
    }
    print(json.dumps(facts))


main()
