"""Uploads: photos lose everything but the picture, documents are only downloaded, everything else is refused."""

import io
import struct
import zipfile
import zlib

import pytest
import sqlalchemy as sa
from PIL import Image
from werkzeug.datastructures import FileStorage

from suggestbox.core.database import db, work
from suggestbox.core.errors import Invalid
from suggestbox.ideas import files
from suggestbox.ideas.models import Attachment, Idea
from tests.factories import in_review
from tests.ideas.test_hand_in import FORM


def photo(size: tuple[int, int] = (60, 40), kind: str = "JPEG", **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **more)
    return out.getvalue()


def photo_with_place() -> bytes:
    exif = Image.Exif()
    exif[0x0110] = "SecretCamera"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (53.0, 4.0, 30.0)
    return photo((60, 40), exif=exif.tobytes())


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A PNG of a few kilobytes that claims to be 3.6 thousand megapixels."""
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 10_000)) + chunk(b"IEND", b"")


def document(kind: str = "word/document.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", "<Relationships/>")
        archive.writestr(kind, "<x/>")
    return out.getvalue()


PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def hand_in(page, *uploads: tuple[bytes, str], **more):
    sent = [(io.BytesIO(content), name) for content, name in uploads]
    return page.post("/ideas/new", data=FORM | {"attachments": sent} | more, content_type="multipart/form-data")


def fetch(page, name: str):
    """The answer with all its bytes, the file behind it closed."""
    return page.get(f"/ideas/attachments/{name}", buffered=True)


def kept() -> list[Attachment]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Attachment).order_by(Attachment.id)))


def on_disk() -> list[str]:
    folder = files.files_folder()
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


@pytest.fixture(autouse=True)
def _empty_folder(app):
    for name in on_disk():
        (files.files_folder() / name).unlink()


def test_a_photo_is_drawn_anew_upright_and_without_its_place(cast, client_as):
    page = client_as(cast.ann)
    assert hand_in(page, (photo_with_place(), "IMG 1.JPG")).status_code == 302
    (one,) = kept()
    answer = page.get(f"/ideas/attachments/{one.stored_name}")
    assert (one.media_type, one.is_image, one.width, one.height) == ("image/jpeg", True, 40, 60)
    with Image.open(io.BytesIO(answer.data)) as shown:
        assert (shown.size, dict(shown.getexif())) == ((40, 60), {})
    assert b"SecretCamera" not in answer.data
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert on_disk() == [one.stored_name]


def test_documents_are_offered_for_download_only(cast, client_as):
    page = client_as(cast.ann)
    assert hand_in(page, (PDF, "plan.pdf"), (document(), "brief.docx")).status_code == 302
    first, second = kept()
    assert (first.media_type, second.shown_name) == ("application/pdf", "brief.docx")
    answer = page.get(f"/ideas/attachments/{first.stored_name}")
    assert answer.headers["Content-Disposition"] == "attachment; filename=plan.pdf"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.data == PDF


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "a.svg"),
        (b"<!doctype html><script>alert(1)</script>", "a.html"),
        (b"<!doctype html><script>alert(1)</script>", "photo.jpg"),
        (b"MZ\x90\x00" + b"\x00" * 200, "run.exe"),
        (b"MZ\x90\x00" + b"\x00" * 200, "run.pdf"),
        (b"#!/bin/sh\nrm -rf /\n", "a.png"),
        (document("evil.txt"), "a.zip"),
        (photo()[:40], "cut.jpg"),
        (bomb(), "bomb.png"),
        (b"GIF89a" + b"\xff" * 50, "a.gif"),
        (b"\x00" * 500, "zero.jpg"),
    ],
)
def test_other_kinds_are_refused_with_a_sentence_and_the_text_is_kept(cast, client_as, content, name):
    answer = hand_in(client_as(cast.ann), (content, name), proposal="A suggestion worth keeping.")
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f"The file “{name}” cannot be added." in body
    assert "A suggestion worth keeping." in body
    assert (kept(), on_disk(), db.session.scalar(sa.select(sa.func.count()).select_from(Idea))) == ([], [], 0)


def test_a_picture_with_a_page_behind_it_becomes_a_mere_picture(cast, client_as):
    page = client_as(cast.ann)
    assert hand_in(page, (photo() + b"<script>alert(1)</script>", "both.html")).status_code == 302
    (one,) = kept()
    assert (one.shown_name, one.media_type) == ("both.jpg", "image/jpeg")
    assert b"script" not in page.get(f"/ideas/attachments/{one.stored_name}").data


def test_empty_and_too_large_files_are_refused(cast, client_as):
    page = client_as(cast.ann)
    assert "is empty" in hand_in(page, (b"", "nothing.pdf")).get_data(as_text=True)
    with pytest.raises(Invalid) as refused:
        files.keep_uploads([FileStorage(io.BytesIO(PDF + b"0" * (16 * 1024 * 1024)), "big.pdf")])
    assert str(refused.value.text) == "The file “big.pdf” is too large. At most 15 MB fit."
    assert on_disk() == []


def test_more_than_five_files_are_refused(cast, client_as):
    answer = hand_in(client_as(cast.ann), *[(PDF, f"{n}.pdf") for n in range(6)])
    assert (answer.status_code, "At most 5 files" in answer.get_data(as_text=True)) == (422, True)
    assert (kept(), on_disk()) == ([], [])


def test_names_of_files_are_only_names(cast, client_as):
    page = client_as(cast.ann)
    hand_in(page, (PDF, "../../etc/passwd<b>.pdf"), (PDF, "x" * 300 + ".pdf"), (PDF, "Übersicht «neu».pdf"))
    names = [one.shown_name for one in kept()]
    assert names == ["passwd<b>.pdf", "x" * 100 + ".pdf", "Übersicht «neu».pdf"]
    body = page.get(f"/ideas/{db.session.scalars(sa.select(Idea.number)).one()}").get_data(as_text=True)
    assert "passwd&lt;b&gt;.pdf" in body
    for one in kept():
        assert page.get(f"/ideas/attachments/{one.stored_name}").status_code == 200


def test_files_are_seen_by_who_sees_the_idea(cast, client_as):
    hand_in(client_as(cast.ann), (PDF, "plan.pdf"))
    (one,) = kept()
    assert client_as(cast.sam).get(f"/ideas/attachments/{one.stored_name}").status_code == 404
    assert fetch(client_as(cast.ida), one.stored_name).status_code == 200
    for name in ("..%2f..%2fsuggestbox.db", ".hidden", "nothing.pdf"):
        assert client_as(cast.ann).get(f"/ideas/attachments/{name}").status_code == 404


def test_a_draft_loses_files_with_their_rows(cast, client_as):
    page = client_as(cast.ann)
    where = hand_in(page, (PDF, "a.pdf"), (photo(), "b.jpg"), draft="1").location
    first = kept()[0].stored_name
    page.post(where, data=FORM | {"draft": "1", "remove_file": first})
    assert [one.shown_name for one in kept()] == ["b.jpg"]
    assert on_disk() == [kept()[0].stored_name]
    page.post(where.split("?")[0] + "/delete")
    assert (kept(), on_disk()) == ([], [])


def test_files_of_an_idea_under_way_stay_as_they_are(cast, client_as):
    with work():
        number = in_review(cast).number
    answer = client_as(cast.ann).post(
        f"/ideas/{number}/attachments", data={"attachments": (io.BytesIO(PDF), "a.pdf")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 403
    assert kept() == []


def test_orphans_are_swept_after_a_while(cast, client_as):
    hand_in(client_as(cast.ann), (PDF, "a.pdf"))
    (files.files_folder() / "orphan.pdf").write_bytes(PDF)
    (files.files_folder() / ".half.part").write_bytes(PDF)
    known = {one.stored_name for one in kept()}
    assert files.sweep_orphans(known, older_than=0) == 0
    assert files.sweep_orphans(known, older_than=9e12) == 2
    assert set(on_disk()) == known
