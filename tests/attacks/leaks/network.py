"""Sends what it has over TCP, UDP, an abstract socket, a socket in the file system and DNS."""

# %% squares
import socket

HOME = ("127.0.0.1", int("@PORT"))
for family, kind, address in [
    (socket.AF_INET, socket.SOCK_STREAM, HOME),
    (socket.AF_INET, socket.SOCK_DGRAM, HOME),
    (socket.AF_UNIX, socket.SOCK_STREAM, "\0pixels-attack-@PORT"),
    (socket.AF_UNIX, socket.SOCK_DGRAM, "@OUTSIDE/socket"),
]:
    try:
        with socket.socket(family, kind) as out:
            out.settimeout(0.5)
            out.connect(address)
            out.send(b"from the room")
            print("sent", family, kind)
    except OSError as error:
        print(type(error).__name__)
try:
    print(socket.getaddrinfo("localhost.invalid", 80))
except OSError as error:
    print(type(error).__name__)
