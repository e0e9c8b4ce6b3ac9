"""Deployment settings: read from the environment, from files, with plain words for what is wrong."""

import stat
from pathlib import Path

import pytest

from suggestbox.core.config import BadSettings, Deployment, read_deployment
from suggestbox.core.house_commands import environment_table


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SUGGESTBOX_INSTANCE", str(tmp_path / "house"))
    return tmp_path / "house"


def test_sqlite_in_the_instance_folder_is_the_default(folder):
    assert read_deployment().url == f"sqlite:///{folder}/suggestbox.db"


def test_the_secret_key_is_made_once_and_only_the_owner_reads_it(folder):
    first, second = read_deployment().secret_key, read_deployment().secret_key
    assert first == second
    assert len(first) >= 43
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600


def test_a_password_of_digits_stays_a_text(monkeypatch):
    monkeypatch.setenv("SUGGESTBOX_SECRET_KEY", "12345")
    assert read_deployment().secret_key == "12345"


def test_a_secret_may_lie_in_a_file(tmp_path, monkeypatch):
    (tmp_path / "key").write_text("from the file\n")
    monkeypatch.setenv("SUGGESTBOX_SECRET_KEY_FILE", str(tmp_path / "key"))
    assert read_deployment().secret_key == "from the file"


def test_a_missing_secret_file_is_named(monkeypatch):
    monkeypatch.setenv("SUGGESTBOX_SECRET_KEY_FILE", "/nowhere/key")
    with pytest.raises(BadSettings) as wrong:
        read_deployment()
    assert str(wrong.value) == "SUGGESTBOX_SECRET_KEY_FILE: No such file or directory: /nowhere/key"


def test_every_wrong_variable_gets_a_line(monkeypatch):
    monkeypatch.setenv("SUGGESTBOX_PORT", "http")
    monkeypatch.setenv("SUGGESTBOX_THREADS", "0")
    with pytest.raises(BadSettings) as wrong:
        read_deployment()
    lines = str(wrong.value).splitlines()
    assert [line.split(":")[0] for line in lines] == ["SUGGESTBOX_PORT", "SUGGESTBOX_THREADS"]


def test_the_server_answers_to_its_public_name_and_to_this_machine():
    deployment = Deployment(base_url="https://ideas.example.com/x", trusted_hosts="intranet, ideas")
    assert deployment.all_trusted_hosts == ["intranet", "ideas", "ideas.example.com", "localhost", "127.0.0.1"]


def test_the_readme_lists_every_variable():
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    start, end = "<!-- environment: made by `suggestbox house environment` -->\n", "<!-- environment ends -->"
    assert readme.split(start)[1].split(end)[0] == environment_table()


@pytest.mark.parametrize("text", ["Ideas <ideas@example.com>", "ideas", "ideas@example.com, b@example.com", "@", "a b@c"])
def test_the_sender_is_an_address_alone(monkeypatch, text):
    """With a name in it every letter would fail when it is written, one by one."""
    monkeypatch.setenv("SUGGESTBOX_MAIL_FROM", text)
    with pytest.raises(BadSettings) as wrong:
        read_deployment()
    assert str(wrong.value).startswith("SUGGESTBOX_MAIL_FROM: ")
    assert "SUGGESTBOX_MAIL_FROM_NAME" in str(wrong.value)
