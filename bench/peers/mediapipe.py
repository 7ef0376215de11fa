"""MediaPipe Tasks on the clip of bench/perception.ts: hands and pose, VIDEO mode, decoding included.

Arguments: clip, hand bundle, pose bundle (.task files). Prints a line {"at": "start"} when the graphs stand and have
seen their first picture, and {"at": "end", frames, both, body} after the last one; then waits until its standard
input is closed, so that its memory and processor time can be read.
"""

import json
import sys

import av
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions, vision

clip, hand_bundle, pose_bundle = sys.argv[1:]


def landmarkers():
    video = vision.RunningMode.VIDEO
    hands = vision.HandLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=hand_bundle), running_mode=video, num_hands=2
    )
    pose = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=pose_bundle), running_mode=video, num_poses=1
    )
    return vision.HandLandmarker.create_from_options(hands), vision.PoseLandmarker.create_from_options(pose)


def pictures():
    with av.open(clip) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            yield mp.Image(image_format=mp.ImageFormat.SRGB, data=frame.to_ndarray(format="rgb24"))


def say(**line):
    print(json.dumps(line), flush=True)


hand_task, pose_task = landmarkers()
first = next(pictures())
hand_task.detect_for_video(first, 0)
pose_task.detect_for_video(first, 0)

say(at="start", version=mp.__version__)
frames = both = body = 0
for picture in pictures():
    frames += 1
    time_ms = round(frames * 1000 / 30)
    both += len(hand_task.detect_for_video(picture, time_ms).hand_landmarks) == 2
    body += len(pose_task.detect_for_video(picture, time_ms).pose_landmarks) == 1
say(at="end", frames=frames, both=both, body=body)
sys.stdin.read()
