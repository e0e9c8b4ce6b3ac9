"""Where the browser tests find a Chromium."""

import os
import shutil
from pathlib import Path

HOW_TO_GET_IT = "install Chromium (apt install chromium), or name one in SUGGESTBOX_TEST_CHROMIUM"

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "microsoft-edge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def chromium_path() -> str | None:
    """Give the program's path: a named one, one of the system, or None."""
    named = os.environ.get("SUGGESTBOX_TEST_CHROMIUM")
    if named:
        return named
    on_path = next((found for name in NAMES if (found := shutil.which(name))), None)
    return on_path or next((place for place in PLACES if Path(place).exists()), None)


def launch_options() -> dict[str, object]:
    """Give what Playwright's `chromium.launch()` needs: the program, and no sandbox where root runs it."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-gpu"]
    as_root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    return {"executable_path": chromium_path(), "args": [*quiet, *as_root]}
