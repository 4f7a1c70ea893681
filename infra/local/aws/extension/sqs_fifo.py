"""SQS queues with order, deduplication and prompt wake-ups.

Replaces how moto hands out messages. For every queue: one receive at a time
takes a message, and a long poll wakes the moment a message becomes visible.
For FIFO queues besides: while a message of a group is in flight, nothing more
of that group is given out, and what comes back comes back in order; an id is
remembered for five minutes even when its message is deleted; each message has
a rising sequence number.
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
"""

import copy
import itertools
import time

from moto.core.utils import unix_time_millis
from moto.sqs.models import DEDUPLICATION_TIME_IN_SECONDS, Queue, SQSBackend, _filter_message_attributes

_FIRST_SEQUENCE_NUMBER = 18849496460467696128  # of the size that AWS's have
_sequence = itertools.count(_FIRST_SEQUENCE_NUMBER, 256)


def install():
    add_now, delete_now, change_now = Queue.add_message, Queue.delete_message, SQSBackend.change_message_visibility

    def add_message(self, message):
        if not self.fifo_queue:
            return add_now(self, message)
        with self._messages_lock:
            first = _first_sent(self, message)
            if first is not message:  # accepted and answered like the first, not delivered
                message.id, message.sequence_number = first.id, first.sequence_number
                return None
            message.sequence_number = str(next(_sequence))
            self._messages.append(message)
            self._messages_lock.notify_all()
        return None

    def delete_message(self, receipt_handle):
        with self._messages_lock:
            delete_now(self, receipt_handle)
            self._messages_lock.notify_all()  # its group is free again

    def change_message_visibility(self, queue_name, receipt_handle, visibility_timeout):
        queue = self.get_queue(queue_name)
        with queue._messages_lock:
            change_now(self, queue_name, receipt_handle, visibility_timeout)
            queue._messages_lock.notify_all()

    Queue.add_message = add_message
    Queue.delete_message = delete_message
    SQSBackend.change_message_visibility = change_message_visibility
    SQSBackend.receive_message = _receive_message


def _first_sent(queue, message):
    """The message that was sent first under this one's deduplication id; itself when it is."""
    if not message.deduplication_id:
        return message
    per_group = queue.attributes.get("DeduplicationScope") == "messageGroup"
    key = (message.deduplication_id, message.group_id if per_group else None)
    seen = queue.__dict__.setdefault("slipway_sent", {})
    now = unix_time_millis()
    for old in [k for k, (sent, _) in seen.items() if now - sent >= DEDUPLICATION_TIME_IN_SECONDS * 1000]:
        del seen[old]
    return seen.setdefault(key, (now, message))[1]


def _receive_message(self, queue_name, count, wait_seconds_timeout, visibility_timeout, message_attribute_names=None):
    queue = self.get_queue(queue_name)
    end = time.monotonic() + (wait_seconds_timeout or 0)
    with queue._messages_lock:
        while True:
            taken = _take(self, queue, count, visibility_timeout)
            left = end - time.monotonic()
            if taken or left <= 0:
                break
            queue._messages_lock.wait(min(left, _until_next(queue)))
    received = [_as_received(m) for m in taken]
    for message in received:
        _filter_message_attributes(message, message_attribute_names or [])
    return received


def _take(backend, queue, count, visibility_timeout):
    """Mark up to `count` messages as received; the queue's lock is held."""
    taken, blocked = [], _groups_in_flight(queue)
    for message in list(queue._messages):
        group = message.group_id if queue.fifo_queue else None
        if len(taken) == count:
            break
        if not message.visible or message.delayed or group in blocked:
            if group is not None:
                blocked.add(group)  # what comes later in the group must wait for this one
            continue
        if _exhausted(queue, message):
            _to_dead_letters(queue, message)
        elif backend.is_message_valid_based_on_retention_period(queue.name, message):
            message.mark_received(visibility_timeout=visibility_timeout)
            queue.pending_messages.add(message)
            taken.append(message)
    _together(taken)
    return taken


def _together(messages):
    """What was received together becomes visible together, or its order could break."""
    if messages:
        until = max(m.visible_at for m in messages)
        for message in messages:
            message.visible_at = until


def _groups_in_flight(queue):
    return {m.group_id for m in queue._messages if not m.visible} if queue.fifo_queue else set()


def _exhausted(queue, message):
    policy = queue.redrive_policy
    if queue.dead_letter_queue is None or not policy:
        return False
    return message.approximate_receive_count >= int(policy["maxReceiveCount"])


def _to_dead_letters(queue, message):
    queue._messages.remove(message)
    queue.pending_messages.discard(message)
    dead = queue.dead_letter_queue
    with dead._messages_lock:
        dead._messages.append(message)
        dead._messages_lock.notify_all()


def _until_next(queue):
    """Seconds until some message becomes visible by itself; 1 when none will."""
    now = unix_time_millis()
    times = [max(m.visible_at, m.delayed_until) for m in queue._messages]
    coming = [t - now for t in times if t > now]
    return max(0.001, (min(coming) + 1) / 1000) if coming else 1.0


def _as_received(message):
    """A copy as it was at this receive; a later one must not change its handle."""
    received = copy.copy(message)
    received.message_attributes = copy.deepcopy(message.message_attributes)
    received._old_receipt_handles = list(message._old_receipt_handles)
    return received
