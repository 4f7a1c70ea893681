"""Starts the AWS emulator: python -m extension.main --port 0

Prints one line, {"url": "http://127.0.0.1:PORT"}, when it answers; ends when
its standard input is closed, so that it never outlives who started it.
"""

import argparse
import json
import logging
import os
import sys
import threading


def main():
    options = argparse.ArgumentParser(description="the AWS emulator of Slipway's local environment")
    options.add_argument("--port", type=int, default=0, help="0 takes a free one")
    asked = options.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    _configure_moto()
    server = _server(asked.port)
    print(json.dumps({"url": f"http://127.0.0.1:{server.port}"}), flush=True)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    server.serve_forever()


def _configure_moto():
    """moto reads these when it is imported."""
    os.environ.update(
        MOTO_ACCOUNT_ID="123456789012",
        MOTO_EC2_LOAD_DEFAULT_AMIS="false",  # images.py has the images
        MOTO_IAM_LOAD_MANAGED_POLICIES="true",
    )


def _server(port):
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    from . import control, front, patches

    patches.install()

    class Handler(MotoRequestHandler):
        # Head and body of an answer leave in one write: see front.FASTEST.
        disable_nagle_algorithm = True
        wbufsize = 1 << 20

        def log(self, *args):
            """calls.py keeps the log."""

    aws = DomainDispatcherApplication(create_backend_app)
    return make_server("127.0.0.1", port, front.Front(aws, control.application), threaded=True, request_handler=Handler)


def _end_with_parent():
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
