"""What is installed is complete: the wheel, in an environment of its own, serves a page and its style sheet."""

import os
import re
import subprocess
import sys
import sysconfig
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from tests.test_serving import free_port

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel, built with what is installed already."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_what_the_program_needs_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {re.sub(r"-\d+(\.\d+)*", "", top) for top in tops} == {"suggestbox", "suggestbox.dist-info"}
    for pattern in ("suggestbox/templates/shared/layout.html", "suggestbox/static/css/suggestbox.css",
                    "suggestbox/translations/de/LC_MESSAGES/messages.mo", "suggestbox/migrations/env.py",
                    "suggestbox/migrations/versions/0001_start.py", "suggestbox/demo/content/company.toml"):
        assert pattern in names
    assert [name for name in names if re.search(r"\.env|\.db|secret_key|\.pyc$|tests/|instance", name)] == []


def test_the_installed_wheel_serves_a_page_and_its_style_sheet(wheel, tmp_path):
    place = tmp_path / "venv"
    venv.create(place, with_pip=False)
    python = place / "bin" / "python"
    # The libraries come from the environment of the tests; the program itself only from the wheel.
    purelib = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", purelib, str(wheel)],
        check=True,
    )
    libraries = sysconfig.get_path("purelib")
    Path(purelib, "libraries.pth").write_text(f"{libraries}\n")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        "SUGGESTBOX_INSTANCE": str(tmp_path / "house"),
    }
    program = [python, "-m", "suggestbox"]
    founding = ["--email", "a@example.com", "--given-name", "A", "--family-name", "B", "--organisation", "C",
                "--time-zone", "Europe/Berlin", "--country", "DE", "--language", "de", "--password-stdin"]
    run = {"cwd": tmp_path, "env": environment, "text": True}
    where = subprocess.run([python, "-c", "import suggestbox; print(suggestbox.__file__)"], capture_output=True, **run)
    assert where.stdout.startswith(purelib)
    subprocess.run([*program, "init", *founding], input="not an easy one\n", check=True, capture_output=True, **run)
    port = free_port()
    server = subprocess.Popen([*program, "serve", "--port", str(port)], stderr=subprocess.PIPE, **run)
    try:
        assert server.stderr is not None
        assert server.stderr.readline().strip() == f"suggestbox answers at http://127.0.0.1:{port}/"
        page = fetch(port, "/sign-in", "de").decode()
        assert '<html lang="de"' in page
        sheet = re.search(r'href="(/static/css/suggestbox\.css[^"]*)"', page)
        assert sheet is not None
        assert fetch(port, sheet.group(1)) == (ROOT / "static/css/suggestbox.css").read_bytes()
    finally:
        server.terminate()
        server.wait(20)
        server.stderr.close()


def fetch(port: int, path: str, language: str = "en") -> bytes:
    """Give what the server answers."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Language": language})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return answer.read()
