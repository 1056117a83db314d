"""What must hold on a small screen."""

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as NeverCame

THUMB = 44
"""Pixels that a finger meets surely."""
_SETTLED_MS = 10_000
_FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
_STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth;
  const right = (each) => each.getBoundingClientRect().right;
  const wide = [...document.querySelectorAll("body *")].filter((each) => right(each) > width);
  return [width, ...wide.map((each) => `${right(each)} ${each.outerHTML.slice(0, 120)}`)];
}"""


def fits(page: Page) -> None:
    """Nothing is wider than the screen once the page has come to rest; what sticks out is named."""
    try:
        page.wait_for_function(_FITS, timeout=_SETTLED_MS)
    except NeverCame:
        raise AssertionError(page.evaluate(_STICKS_OUT)) from None


def large_enough(controls: Locator) -> None:
    """Each of them for a thumb."""
    for control in controls.all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= THUMB, control.evaluate("control => control.outerHTML")
