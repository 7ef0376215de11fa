"""mink on the inputs of bench/retarget.ts.

Reads one line of JSON from standard input: urdf (file), moving (joints that may move, the others are fixed), frames
(links), start (rad by joint), targets (T x frames x 7: m, then w x y z, in the root link). Writes one JSON object: the joints, the
values found, the seconds of processor time that the loop over the frames took. Settings are those of mink's own arm examples.
"""

import json
import sys
import time
import xml.etree.ElementTree as xml

import mink
import mujoco
import numpy as np

POSITION_M = 1e-4
ORIENTATION_RAD = 1e-4
ITERATIONS = 20
STEP_S = 1 / 30


def load(path: str, moving: set) -> mujoco.MjModel:
    """The kinematics alone: meshes are not there and are not needed."""
    robot = xml.parse(path).getroot()
    for link in robot.findall("link"):
        for part in ("visual", "collision"):
            for element in link.findall(part):
                link.remove(element)
    for joint in robot.findall("joint"):
        if joint.get("name") not in moving:
            joint.set("type", "fixed")
            for mimic in joint.findall("mimic"):
                joint.remove(mimic)
    for extra in robot.findall("mujoco"):
        robot.remove(extra)
    settings = xml.SubElement(robot, "mujoco")
    xml.SubElement(
        settings, "compiler", fusestatic="false", boundmass="0.001", boundinertia="0.000001", balanceinertia="true"
    )
    return mujoco.MjModel.from_xml_string(xml.tostring(robot, encoding="unicode"))


def main() -> None:
    job = json.loads(sys.stdin.readline())
    model = load(job["urdf"], set(job["moving"]))
    joints = [model.joint(i).name for i in range(model.njnt)]
    configuration = mink.Configuration(model, q=np.array([job["start"][name] for name in joints]))
    tasks = [
        mink.FrameTask(name, "body", position_cost=1.0, orientation_cost=1.0, lm_damping=1e-6)
        for name in job["frames"]
    ]
    posture = mink.PostureTask(model, cost=1e-4)
    posture.set_target_from_configuration(configuration)
    limits = [mink.ConfigurationLimit(model)]
    targets = np.asarray(job["targets"])
    found = []
    for timed in (False, True):
        configuration.update(np.array([job["start"][name] for name in joints]))
        begin = time.process_time()
        for frame in targets if timed else targets[:20]:
            for task, pose in zip(tasks, frame):
                task.set_target(mink.SE3(np.concatenate([pose[3:], pose[:3]])))
            for _ in range(ITERATIONS):
                velocity = mink.solve_ik(configuration, [*tasks, posture], STEP_S, "daqp", damping=1e-6, limits=limits)
                configuration.integrate_inplace(velocity, STEP_S)
                errors = [task.compute_error(configuration) for task in tasks]
                if all(
                    np.linalg.norm(e[:3]) <= POSITION_M and np.linalg.norm(e[3:]) <= ORIENTATION_RAD for e in errors
                ):
                    break
            if timed:
                found.append(configuration.q.tolist())
        seconds = time.process_time() - begin
    print(json.dumps({"joints": joints, "q": found, "seconds": seconds}))


main()
