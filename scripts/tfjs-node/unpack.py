"""Unpacks from wheels what the binding of tfjs-node needs.

python3 unpack.py <target> <wheel of tensorflow> [<wheel of a CUDA library> ...]
"""
import os
import shutil
import sys
import zipfile

LIBRARIES = ("libtensorflow_cc.so.2", "libtensorflow_framework.so.2")
HEADERS = (
    "tensorflow/include/tensorflow/c/",
    "tensorflow/include/tensorflow/core/platform/",
    "tensorflow/include/tsl/platform/",
    "tensorflow/include/xla/",
    "tensorflow/include/tsl/c/",
)


def copy(wheel, member, path):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with wheel.open(member) as source, open(path, "wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)


def main(target, tensorflow, *cuda):
    with zipfile.ZipFile(tensorflow) as wheel:
        names = wheel.namelist()
        for library in LIBRARIES:
            if f"tensorflow/{library}" not in names:
                sys.exit(f"{os.path.basename(tensorflow)} holds no {library}")
            copy(wheel, f"tensorflow/{library}", os.path.join(target, "lib", library))
        for name in names:
            if name.endswith(".h") and name.startswith(HEADERS):
                copy(wheel, name, os.path.join(target, name[len("tensorflow/") :]))
    for path in cuda:
        # The library looks for these in ../nvidia/<name>/lib.
        with zipfile.ZipFile(path) as wheel:
            for name in wheel.namelist():
                if name.startswith("nvidia/") and "/lib/" in name and not name.endswith("/"):
                    copy(wheel, name, os.path.join(target, name))
    for name, alias in (
        ("libtensorflow_cc.so.2", "libtensorflow.so"),
        ("libtensorflow_framework.so.2", "libtensorflow_framework.so"),
    ):
        link = os.path.join(target, "lib", alias)
        if not os.path.lexists(link):
            os.symlink(name, link)


main(*sys.argv[1:])
