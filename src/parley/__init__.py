"""Parley: a voice assistant that a clinic, a small business or a household runs itself."""

import os

# Matrices here are small: a second thread of the linear algebra library costs many times what it saves. Read when
# numpy is first imported, hence here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
