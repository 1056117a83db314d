"""What all tests share."""

import threading

from django.db import connections

# Django keeps a connection for each asyncio task. On virtual time the work of all threads runs in tasks of one loop,
# where the server has a few threads with a connection each: a connection for each thread is what they share.
connections._connections = threading.local()  # type: ignore[assignment]
