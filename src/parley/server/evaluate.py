"""`parley eval`: the evaluation, with a server for the calls among what is tried."""

import asyncio
from collections.abc import Sequence
from typing import Final

from parley.evaluation import evaluate
from parley.evaluation.calls.script import Call
from parley.evaluation.judge import Verdict

PATIENCE_S: Final = 120.0
"""For a recogniser: what is tried is what it hears, not how long it takes."""


def main(argv: list[str]) -> int:
    """As `parley.evaluation.evaluate`."""
    return evaluate.main(argv, judge_calls=judge_calls)


def judge_calls(calls: Sequence[Call], embedded: bool) -> list[Verdict]:
    """Play callers one by one against one server. `embedded`: it hears with its own recognisers."""
    from parley.evaluation.calls.apart import Apart
    from parley.evaluation.calls.judge import judged
    from parley.evaluation.virtual_time import VirtualLoop
    from parley.server.house import recognisers_for
    from parley.server.settings import current
    from parley.server.stage import Stage, share_the_database

    share_the_database()
    patient = {"listening": current().listening.model_copy(update={"timeout_s": PATIENCE_S})}
    ears = Apart(lambda: recognisers_for(current().model_copy(update=patient))) if embedded else None

    async def all_of_them() -> list[Verdict]:
        stage = Stage()
        await stage.open()
        try:
            return [await judged(call, stage, recogniser=ears) for call in calls]
        finally:
            await stage.close()
            if ears is not None:
                await ears.close()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(all_of_them())
