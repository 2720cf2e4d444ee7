"""Command line of the payment sandbox.

python -m backend.sandbox --port 18081 --state-dir var/sandbox
python -m backend.sandbox keys --state-dir var/sandbox
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import uvicorn

from backend.sandbox.app import create_app, open_sandbox
from backend.sandbox.clock import true_time
from backend.sandbox.keys import make_keys


def main(arguments: list[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    if options.command == "keys":
        make_keys(options.state_dir, true_time())
        print(f"keys are in {options.state_dir}")
        return
    app = create_app(open_sandbox(options.state_dir, options.notify_url))
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m backend.sandbox", description="Behaves towards a merchant as WeChat Pay v3 does."
    )
    parser.add_argument("command", nargs="?", choices=("run", "keys"), default="run", help="keys: only make the keys")
    parser.add_argument("--state-dir", type=Path, default=Path("var/sandbox"), help="keys and orders live here")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=18081)
    parser.add_argument("--notify-url", help="where notifications go; without it, where each order says")
    return parser


if __name__ == "__main__":
    main()
