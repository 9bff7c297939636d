"""`python -m pmo.core.embedded status|stop|home`: the private PostgreSQL's state, its end, and where its files lie."""

import sys
from pathlib import Path

from pmo.core.embedded.cluster import Cluster


def main(command: str, var_dir: Path) -> None:
    """Print what `command` asks about the cluster of `var_dir`; `stop` ends it first."""
    cluster = Cluster.of(var_dir)
    if command == "status":
        print("running" if cluster.is_running() else "stopped")
    elif command == "stop":
        print("The private PostgreSQL is stopped." if cluster.stop() else "The private PostgreSQL was not running.")
    elif command == "home":
        print(cluster.home)
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1], Path(__file__).resolve().parents[3] / "var")
