"""Waking workers after a commit, off the request's path and never in its way.

A wake-up that is lost costs latency only: the sweeper finds what is due. So a broker that is down,
hangs or refuses must neither slow a save nor fail it.
"""

import threading
from typing import Any

import structlog
from django.db import transaction

log = structlog.get_logger(__name__)

_pending: set[tuple[str, tuple[Any, ...]]] = set()
_signal = threading.Condition()
_thread: threading.Thread | None = None


def on_commit(task: str, *args: Any) -> None:
    """Send `task` with `args` once the current transaction has committed. Equal wake-ups coalesce."""
    transaction.on_commit(lambda: _enqueue(task, args), robust=True)


def _enqueue(task: str, args: tuple[Any, ...]) -> None:
    global _thread  # noqa: PLW0603  one publisher a process
    with _signal:
        _pending.add((task, args))
        if _thread is None or not _thread.is_alive():
            _thread = threading.Thread(target=_publish_forever, name="wake", daemon=True)
            _thread.start()
        _signal.notify()


def _publish_forever() -> None:
    while True:
        with _signal:
            while not _pending:
                _signal.wait()
            batch = list(_pending)
            _pending.clear()
        for task, args in batch:
            _publish(task, args)


def _publish(task: str, args: tuple[Any, ...]) -> None:
    from pmo.celery import app  # app ready

    try:
        app.send_task(task, args=args, retry=False)
    except Exception as error:  # noqa: BLE001  the broker is away; whatever it raises, the sweeper will find the work
        log.warning("wake.not_sent", task=task, error=str(error))
