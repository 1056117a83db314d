"""What must hold on a small screen."""

from playwright.sync_api import Locator, Page

THUMB = 44
"""Pixels that a finger meets surely."""


def fits(page: Page) -> None:
    """Nothing is wider than the screen; what sticks out is named."""
    sticking_out = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          const right = (each) => each.getBoundingClientRect().right;
          const wide = [...document.querySelectorAll("body *")].filter((each) => right(each) > width);
          return [width, ...wide.map((each) => `${right(each)} ${each.outerHTML.slice(0, 120)}`)];
        }"""
    )
    assert sticking_out == []


def large_enough(controls: Locator) -> None:
    """Each of them for a thumb."""
    for control in controls.all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= THUMB, control.evaluate("control => control.outerHTML")
