#!/usr/bin/env python3
"""hung-mount.py FOLDER COMMAND…: runs a command while a file system that never answers is mounted on
FOLDER; in a mount namespace of its own, which needs root and /dev/fuse."""

import ctypes
import os
import subprocess
import sys

if sys.argv[1] != "--inside":
    os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", *sys.orig_argv[:2],
                          "--inside", *sys.argv[1:]])

folder, command = sys.argv[2], sys.argv[3:]
libc = ctypes.CDLL(None, use_errno=True)
# Whoever reads from this descriptor is the file system, and nobody does.
fuse = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
options = f"fd={fuse},rootmode=40000,user_id=0,group_id=0"
if libc.mount(b"hung", os.fsencode(folder), b"fuse", 0, options.encode()) != 0:
    sys.exit(f"mount: {os.strerror(ctypes.get_errno())}")
sys.exit(subprocess.run(command).returncode)
