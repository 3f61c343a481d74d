#!/usr/bin/env python3
"""Holds the lock of a file, as FileLock takes it, until its input ends; says when it has it."""
import fcntl
import struct
import sys

F_OFD_SETLKW = 38

file = open(sys.argv[1], "w+")
fcntl.fcntl(file, F_OFD_SETLKW, struct.pack("hhqqixxxx", fcntl.F_WRLCK, 0, 0, 0, 0))
print("held", flush=True)
sys.stdin.read()
