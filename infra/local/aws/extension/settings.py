"""What a test may turn: how long AWS takes, and what it is out of.

Everything here goes back to its default at a reset. Plain values under one
lock; who turns them is control.py.
"""

import threading

LOCK = threading.RLock()

DEFAULTS = {
    "runDelay": 1.0,  # seconds from the launch to "running"
    "terminateDelay": 1.0,  # seconds from TerminateInstances to "terminated"
    "consistencyDelay": 0.0,  # seconds during which Describe calls miss a new instance
}

_values = dict(DEFAULTS)


def get(name):
    with LOCK:
        return _values[name]


def update(values):
    """Set some of DEFAULTS; an unknown name is a ValueError."""
    unknown = set(values) - set(DEFAULTS)
    if unknown:
        raise ValueError(f"no such setting: {', '.join(sorted(unknown))}")
    with LOCK:
        _values.update({name: float(value) for name, value in values.items()})
        return dict(_values)


def reset():
    with LOCK:
        _values.update(DEFAULTS)
