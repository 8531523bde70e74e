"""python -m tests.simulator [--port N]: prints its port, serves until it is ended."""

import argparse
import gc
import os
import sys
import threading

from .server import Server


def main():
    parser = argparse.ArgumentParser(prog="tests.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--until-stdin-closes", action="store_true")
    arguments = parser.parse_args()
    # With many texts in memory, each collection would look like a slow carrier.
    gc.disable()
    server = Server(arguments.port)
    print(server.server_port, flush=True)
    if arguments.until_stdin_closes:
        threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


def end_with_parent():
    """The pipe on stdin closes when the parent ends, however it ends."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
