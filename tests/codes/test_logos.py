"""Logos belong to an organisation, are kept once, and stay while something shows them."""

from typing import Any

import pytest

from repoint.accounts.actor import Actor, Scope
from repoint.codes.create import create_code
from repoint.codes.delete import delete_for_good
from repoint.codes.designs import add_design, delete_design
from repoint.codes.draft import DynamicDraft, NewLogo
from repoint.codes.edit import Edit, edit_code
from repoint.codes.logo_reading import normalised
from repoint.codes.logo_upload import check_size, new_logo
from repoint.codes.logos import Logo, add_logo, delete_logo, get_logo, list_logos, logo_file
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database
from repoint.kit.errors import Conflict, Forbidden, Invalid, NotFound
from repoint.kit.jail import Finished, Overran
from repoint.kit.pages import Asked
from repoint.links.space import LinkSpace
from tests.codes.conftest import MakeCode
from tests.conftest import MakeActor

SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><path d='M0 0h10v10H0z' fill='#{:06}'/></svg>"
CURSORS = Cursors(b"secret")


def artwork(color: int = 10) -> NewLogo:
    """The artwork of an uploaded SVG; each colour is another logo."""
    return new_logo(Finished(normalised(SVG.format(color).encode())), field="file", name=f"Logo {color}")


@pytest.fixture
def logo(db: Database, actor: Actor) -> Logo:
    """A logo of the usual actor."""
    return db.write_now(add_logo, actor, artwork())[0]


def _showing(logo: Logo) -> dict[str, Any]:
    return {"logo": {"image": logo.public_id}}


def test_a_logo_is_kept_as_clean_artwork(db: Database, actor: Actor, logo: Logo) -> None:
    """What is given back is our own file, and its hash is that of the file."""
    file = db.read_now(logo_file, actor, logo.public_id)
    assert (file.media_type, file.sha256) == ("image/svg+xml", logo.sha256)
    assert file.body.startswith(b"<svg xmlns=")
    assert b"000010" in file.body
    assert b"M0 0h10" not in file.body
    assert db.read_now(get_logo, actor, logo.public_id) == logo
    assert (logo.name, logo.size_bytes) == ("Logo 10", len(file.body))


def test_the_same_artwork_is_the_same_logo(db: Database, actor: Actor, logo: Logo, make_actor: MakeActor) -> None:
    """A second upload gives the logo that is there; for another organisation it is another logo."""
    assert db.write_now(add_logo, actor, artwork()) == (logo, False)
    assert db.write_now(add_logo, actor, artwork(20))[1]
    theirs, is_new = db.write_now(add_logo, make_actor(name="Other"), artwork())
    assert is_new
    assert theirs.id != logo.id


def test_pages(db: Database, actor: Actor, make_actor: MakeActor) -> None:
    """Pages hold every logo of the organisation once, newest first; a cursor is no cursor of another one's list."""
    made = [db.write_now(add_logo, actor, artwork(color))[0] for color in range(10, 15)]
    other = make_actor(name="Other")
    db.write_now(add_logo, other, artwork(99))
    seen: list[Logo] = []
    cursor = None
    while True:
        page = db.read_now(list_logos, actor, Asked(cursor, 2, CURSORS))
        seen += page.items
        if (cursor := page.next_cursor) is None:
            break
        with pytest.raises(Invalid):
            db.read_now(list_logos, other, Asked(cursor, 2, CURSORS))
    assert seen == made[::-1]


def test_other_organisations_see_nothing(
    db: Database, space: LinkSpace, logo: Logo, make_actor: MakeActor, make_code: MakeCode
) -> None:
    """A stranger can neither see, show, nor delete a logo, by whichever way it is named."""
    stranger = make_actor(name="Other")
    code = make_code(stranger)
    for ask in (
        lambda: db.read_now(get_logo, stranger, logo.public_id),
        lambda: db.read_now(logo_file, stranger, logo.public_id),
        lambda: db.write_now(delete_logo, stranger, logo.public_id, expected=None),
        lambda: db.write_now(add_design, stranger, name="x", design=_showing(logo)),
        lambda: db.write_now(
            create_code, stranger, DynamicDraft("https://example.com", design=_showing(logo)), space=space
        ),
        lambda: db.write_now(edit_code, stranger, code.public_id, Edit(design=_showing(logo)), space=space),
    ):
        with pytest.raises(NotFound):
            ask()


@pytest.mark.parametrize("public_id", ["", "logo_", "nonsense", "qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1", "logo_" + "0" * 26])
def test_ids_that_are_none(db: Database, actor: Actor, public_id: str) -> None:
    """What is no id, or the id of nothing, is not found."""
    with pytest.raises(NotFound):
        db.read_now(get_logo, actor, public_id)


def test_scopes(db: Database, logo: Logo, actor: Actor) -> None:
    """A read key sees logos and changes none."""
    reader = Actor(actor.org, actor.who, Scope.READ)
    assert db.read_now(get_logo, reader, logo.public_id) == logo
    for ask in (
        lambda: db.write_now(add_logo, reader, artwork(30)),
        lambda: db.write_now(delete_logo, reader, logo.public_id, expected=None),
    ):
        with pytest.raises(Forbidden):
            ask()


def test_a_logo_stays_while_it_is_shown(
    db: Database, actor: Actor, space: LinkSpace, logo: Logo, make_code: MakeCode
) -> None:
    """A code or a stored design that shows a logo keeps it; the refusal counts them."""
    code = make_code(design=_showing(logo))
    design = db.write_now(add_design, actor, name="With logo", design=_showing(logo))
    with pytest.raises(Conflict, match="used by 1 QR code and 1 design") as caught:
        db.write_now(delete_logo, actor, logo.public_id, expected=None)
    assert caught.value.code == "logo_in_use"

    db.write_now(delete_design, actor, design.public_id, expected=None)
    with pytest.raises(Conflict, match=r"used by 1 QR code[.]"):
        db.write_now(delete_logo, actor, logo.public_id, expected=None)
    db.write_now(delete_for_good, actor, code.public_id, space=space)
    db.write_now(delete_logo, actor, logo.public_id, expected=None)
    with pytest.raises(NotFound):
        db.read_now(get_logo, actor, logo.public_id)


def test_a_code_is_given_a_logo(db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode) -> None:
    """New artwork is kept with the code in one transaction, in the place of a built-in logo."""
    code = make_code(design={"logo": {"name": "wifi", "size": 0.2}})
    edited = db.write_now(edit_code, actor, code.public_id, Edit(logo=artwork()), space=space)
    (kept,) = db.read_now(list_logos, actor, Asked(None, 9, CURSORS)).items
    assert edited.design["logo"] | {"name": None, "image": kept.public_id, "size": 0.2} == edited.design["logo"]


def test_what_cannot_be_drawn_is_refused_with_its_logo(db: Database, actor: Actor, space: LinkSpace) -> None:
    """Where the design cannot be drawn, neither the code nor its logo is kept."""
    frame = {"style": "text-below", "text": "W" * 80}
    draft = DynamicDraft("https://example.com", design={"frame": frame}, logo=artwork())
    with pytest.raises(Invalid) as caught:
        db.write_now(create_code, actor, draft, space=space)
    assert caught.value.field.startswith("design.frame")
    assert db.read_now(list_logos, actor, Asked(None, 9, CURSORS)).items == []


@pytest.mark.parametrize("name", ["x" * 151, "\ud800", "a\x00b"])
def test_names_that_cannot_be(db: Database, actor: Actor, name: str) -> None:
    """A name is text that fits."""
    with pytest.raises(Invalid) as caught:
        db.write_now(add_logo, actor, NewLogo("image/png", b"x", name))
    assert caught.value.field == "name"


def test_what_the_reader_says() -> None:
    """A refusal, an overrun and a file that is too large each name the field and the bound."""
    for read, reason in (
        (Finished(normalised(b"GIF89a")), "is a GIF; upload a PNG, JPEG, WebP or SVG"),
        (Finished(normalised(b"")), "is empty"),
        (Overran("5 s of time"), "takes more than 5 s of time to read; save it anew, smaller or simpler"),
    ):
        with pytest.raises(Invalid) as caught:
            new_logo(read, field="file")
        assert (caught.value.field, caught.value.reason) == ("file", reason)
    check_size(b"x" * 2_000_000, field="file")
    with pytest.raises(Invalid, match="2,000,001 bytes long; at most 2,000,000"):
        check_size(b"x" * 2_000_001, field="file")
