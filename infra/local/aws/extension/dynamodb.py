"""TransactWriteItems is carried out once for each ClientRequestToken.

DynamoDB remembers a token for ten minutes: the same request again succeeds
without writing, another request under it is refused.
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

import copy
import json
import threading
import time

from moto.core.responses import ActionResult
from moto.dynamodb.responses import DynamoHandler

from .errors import AWSError

_REMEMBERED = 600  # seconds
_LOCK = threading.Lock()


def install():
    write = DynamoHandler.transact_write_items

    def transact_write_items(self):
        token = self.body.get("ClientRequestToken")
        if not token:
            return write(self)
        asked = json.dumps(self.body, sort_keys=True, default=repr)  # binary values are bytes by now
        with _LOCK:
            done = self.dynamodb_backend.__dict__.setdefault("slipway_transactions", {})
            at, before, answer = done.get(token, (0, None, None))
            if time.monotonic() - at < _REMEMBERED and before is not None:
                return _repeated(before, asked, answer)
            answer = write(self)
            done[token] = (time.monotonic(), asked, answer.result)
            return answer

    DynamoHandler.transact_write_items = transact_write_items


def _repeated(before, asked, answer):
    if before != asked:
        raise AWSError(
            "IdempotentParameterMismatchException",
            "The request uses the same client token as a previous, but non-identical request. "
            "Do not reuse a client token with different requests, unless the requests are identical",
        )
    return ActionResult(copy.deepcopy(answer))
