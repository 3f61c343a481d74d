"""silent_bus.py PATH MODE: a socket that is no session bus. MODE is what it does with a client:
full (its queue is full), accept (nothing), login (lets it log in and answers nothing more),
leave (lets it log in and hangs up)."""

import os
import socket
import sys
import time

path, mode = sys.argv[1], sys.argv[2]
server = socket.socket(socket.AF_UNIX)
server.bind(path)
os.chmod(path, 0o777)
# On a busy machine this script may be late to accept: only "full" refuses.
server.listen(0 if mode == "full" else 16)
waiting = []
if mode == "full":
    while True:
        client = socket.socket(socket.AF_UNIX)
        client.setblocking(False)
        try:
            client.connect(path)
        except BlockingIOError:
            break
        waiting.append(client)
    time.sleep(600)
while True:
    client, _ = server.accept()
    waiting.append(client)
    if mode == "accept":
        continue
    while line := client.recv(4096):
        if line.startswith(b"AUTH EXTERNAL\r"):
            client.sendall(b"DATA\r\n")
        elif line.startswith((b"AUTH EXTERNAL ", b"DATA")):
            client.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")
        elif line.startswith(b"\0AUTH") or line.startswith(b"AUTH"):
            client.sendall(b"REJECTED EXTERNAL\r\n")
        elif b"NEGOTIATE_UNIX_FD" in line:
            client.sendall(b"AGREE_UNIX_FD\r\n")
        if b"BEGIN" in line:
            break
    if mode == "leave":
        client.close()
