"""What AWS does by itself a while later: boots, shutdowns, announcements.

One thread carries out all that is due. A reset drops everything still to come,
so nothing of an earlier test wakes up in a later one.
"""

import heapq
import itertools
import logging
import threading
import time


class Clockwork:
    def __init__(self):
        self._due = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        threading.Thread(target=self._run, daemon=True, name="clockwork").start()

    def after(self, seconds, work, *args):
        """Run work(*args) once, `seconds` from now, after everything due before."""
        with self._changed:
            entry = (time.monotonic() + seconds, next(self._order), work, args)
            heapq.heappush(self._due, entry)
            self._changed.notify()

    def reset(self):
        with self._changed:
            self._due.clear()

    def _next(self):
        with self._changed:
            while True:
                if not self._due:
                    self._changed.wait()
                    continue
                left = self._due[0][0] - time.monotonic()
                if left <= 0:
                    return heapq.heappop(self._due)
                self._changed.wait(left)

    def _run(self):
        while True:
            _, _, work, args = self._next()
            try:
                work(*args)
            except Exception:  # the clock must not stop because one of its works failed
                logging.exception("clockwork: %s%r", work.__name__, args)


clockwork = Clockwork()
