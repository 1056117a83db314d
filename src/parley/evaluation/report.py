"""Reports of played conversations: a page to read, and JUnit XML for a build server."""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from django.template import Context, Engine

from parley.evaluation.judge import Verdict

_NOT_XML = re.compile(r"[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def html(verdicts: Sequence[Verdict]) -> str:
    """One page, what failed first."""
    return _filled("report.html", verdicts)


def junit(verdicts: Sequence[Verdict]) -> str:
    """One test case for each conversation."""
    return _NOT_XML.sub("", _filled("report.xml", verdicts))


def _filled(name: str, verdicts: Sequence[Verdict]) -> str:
    engine = Engine(dirs=[str(Path(__file__).parent / "templates")], autoescape=True)
    languages = Counter(verdict.language for verdict in verdicts)
    right = Counter(verdict.language for verdict in verdicts if verdict.right)
    served = Counter(verdict.language for verdict in verdicts if verdict.went_right)
    values = {
        "verdicts": sorted(verdicts, key=lambda verdict: (verdict.went_right, verdict.right)),
        "count": len(verdicts),
        "failed": sum(not verdict.right for verdict in verdicts),
        "seconds": sum(verdict.seconds for verdict in verdicts),
        "languages": [
            (language, right[language], served[language], count) for language, count in sorted(languages.items())
        ],
    }
    return str(engine.get_template(name).render(Context(values)))
