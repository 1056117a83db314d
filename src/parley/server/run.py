"""`parley run`: set up what is missing and serve, in one process, so that nothing is loaded twice."""

from parley.server import serve, setup


def main(argv: list[str]) -> int:
    """`parley setup`, then `parley serve` with these arguments."""
    return setup.main([]) or serve.main(argv)
