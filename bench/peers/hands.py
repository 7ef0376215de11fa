"""dex-retargeting on the inputs of bench/retarget.ts.

Reads one line of JSON from standard input: urdf (folder of dex-urdf's hands), keypoints (T x 21 x 3, m, wrist-centred,
MANO's axes), hands (names of its configurations), random (how many targets), seed. Writes one JSON object a line
for every hand, objective and input, and waits for a line before the next: the objective as its configuration states it, the joint values found, and the
seconds of processor time that its own solver took.
"""

import contextlib
import json
import sys
import time
from pathlib import Path

import dex_retargeting
import numpy as np
import torch
from dex_retargeting.retargeting_config import RetargetingConfig

OBJECTIVES = ("vector", "position", "dexpilot")


def configuration(hand: str, objective: str) -> Path:
    folder = Path(dex_retargeting.__file__).parent / "configs"
    names = {
        "vector": f"teleop/{hand}_right.yml",
        "position": f"offline/{hand}_right.yml",
        "dexpilot": f"teleop/{hand}_right_dexpilot.yml",
    }
    return folder / names[objective]


def build(hand: str, objective: str, **override):
    # Its low-pass filter lags and only adds to its error: off.
    settings = {"low_pass_alpha": -1, **override}
    return RetargetingConfig.load_from_file(configuration(hand, objective), settings).build()


def statement(optimizer) -> dict:
    """What is minimised: links, landmarks, scale."""
    said = {"human": np.asarray(optimizer.target_link_human_indices).tolist()}
    if optimizer.retargeting_type == "POSITION":
        return {**said, "links": optimizer.body_names, "scale": 1.0}
    return {
        **said,
        "origins": optimizer.origin_link_names,
        "tasks": optimizer.task_link_names,
        "scale": optimizer.scaling,
    }


def references(optimizer, keypoints):
    human = np.asarray(optimizer.target_link_human_indices)
    if optimizer.retargeting_type == "POSITION":
        return keypoints[:, human]
    return keypoints[:, human[1]] - keypoints[:, human[0]]


def follow(hand: str, objective: str, keypoints) -> dict:
    """A recorded motion, frame by frame, each from the last."""
    retargeting = build(hand, objective)
    values = references(retargeting.optimizer, keypoints)
    for value in values[:20]:
        retargeting.retarget(value)
    retargeting.reset()
    if objective == "dexpilot":
        retargeting.optimizer.projected[:] = False
    begin = time.process_time()
    q = [retargeting.retarget(value) for value in values]
    seconds = time.process_time() - begin
    names = retargeting.optimizer.robot.dof_joint_names
    return {"joints": names, "q": np.asarray(q).tolist(), "seconds": seconds, **statement(retargeting.optimizer)}


def reachable(optimizer, robot, random):
    """Joint values inside all limits, also those of the joints that mimic, which its own test leaves out."""
    low, high = robot.joint_limits[:, 0].copy(), robot.joint_limits[:, 1].copy()
    adaptor = optimizer.adaptor
    if adaptor is not None:
        for mimic, source, gain, bias in zip(
            adaptor.idx_pin2mimic, adaptor.idx_pin2source, adaptor.multipliers, adaptor.offsets
        ):
            ends = sorted((robot.joint_limits[mimic] - bias) / gain)
            low[source], high[source] = max(low[source], ends[0]), min(high[source], ends[1])
    q = random.uniform(low, high)
    return adaptor.forward_qpos(q) if adaptor is not None else q


def reach(hand: str, objective: str, count: int, seed: int) -> dict:
    """The protocol of its own tests: random reachable targets, each from a start half a radian off."""
    retargeting = build(hand, objective, add_dummy_free_joint=False)
    optimizer, robot = retargeting.optimizer, retargeting.optimizer.robot
    random = np.random.default_rng(seed)
    targets, starts, found, seconds = [], [], [], 0.0
    place = lambda names: np.array([robot.get_link_pose(robot.get_link_index(n))[:3, 3] for n in names])
    for i in range(-5, count):
        q = reachable(optimizer, robot, random)
        robot.compute_forward_kinematics(q)
        if objective == "position":
            target = value = place(optimizer.body_names)
        else:
            target = place(optimizer.task_link_names) - place(optimizer.origin_link_names)
            value = target / optimizer.scaling
        start = np.clip(
            q + random.normal(0, 0.5, robot.dof), robot.joint_limits[:, 0] + 1e-6, robot.joint_limits[:, 1] - 1e-6
        )[optimizer.idx_pin2target]
        if i == 0 and objective == "dexpilot":
            optimizer.projected[:] = False
        begin = time.process_time()
        solution = optimizer.retarget(value.astype(np.float32), np.array([]), start.astype(np.float32))
        spent = time.process_time() - begin
        if i < 0:
            continue
        full = np.zeros(robot.dof)
        full[optimizer.idx_pin2target] = solution
        if optimizer.adaptor is not None:
            full = optimizer.adaptor.forward_qpos(full)
        targets.append(target.tolist())
        starts.append(dict(zip(optimizer.target_joint_names, start.tolist())))
        found.append(full.tolist())
        seconds += spent
    return {
        "joints": robot.dof_joint_names,
        "q": found,
        "seconds": seconds,
        "targets": targets,
        "starts": starts,
        **statement(optimizer),
    }


def main() -> None:
    torch.set_num_threads(1)
    job = json.loads(sys.stdin.readline())
    RetargetingConfig.set_default_urdf_dir(job["urdf"])
    keypoints = np.asarray(job["keypoints"])
    for hand in job["hands"]:
        for objective in OBJECTIVES:
            for kind in ("motion", "random"):
                # It prints where it fails; standard output is for results.
                with contextlib.redirect_stdout(sys.stderr):
                    result = (
                        follow(hand, objective, keypoints)
                        if kind == "motion"
                        else reach(hand, objective, job["random"], job["seed"])
                    )
                print(json.dumps({"hand": hand, "objective": objective, "input": kind, **result}), flush=True)
                sys.stdin.readline()


main()
