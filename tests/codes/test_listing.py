"""Every list gives each of its codes once, in its order, as filtering in memory would."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repoint.accounts import organisations
from repoint.accounts.actor import Actor, Scope
from repoint.codes import listing
from repoint.codes.code import Code
from repoint.codes.create import create_code
from repoint.codes.delete import delete_code
from repoint.codes.draft import Draft, DynamicDraft, StaticDraft
from repoint.codes.edit import Edit, edit_code
from repoint.codes.filters import NO_FOLDER, Filter, Sort
from repoint.codes.find import get_code, list_codes
from repoint.codes.folders import add_folder, id_of
from repoint.codes.scan_counts import carry
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database, Tx, migrate
from repoint.kit.errors import Invalid, NotFound
from repoint.kit.folding import name_key, sort_key
from repoint.kit.pages import Asked
from repoint.links.space import LinkSpace
from repoint.scans.tables import totals
from tests.codes.conftest import GOAL, MakeCode
from tests.conftest import START, FakeClock, MakeActor

CURSORS = Cursors(b"a secret of the test")
TITLES = ("Éclair", "eclair", "STRASSE 7", "Straße 8", "Zoo", "", "春天的菜单", "100% off", 'a "quoted" one', "zoo")
TAGS = ("print", "q1", "Büro")
PARTS = (
    "STRASSE",
    "straße",
    "ÉCLAIR",
    "example.com",
    "天的",
    "春",
    "100%",
    '"quoted"',
    "bÜro",
    "not there",
    "zoo",
    "om 1",
)
STEP = timedelta(hours=1)
CODES = 60


class Library:
    """Codes of every kind in two nested folders, beside those of another organisation with the same words."""

    def __init__(self, db: Database, clock: FakeClock) -> None:
        self.db, self.clock = db, clock
        self.space = LinkSpace("https://qr.example", frozenset(), forget=lambda _domain, _slug: None)
        self.actor, other = self._actor("Acme"), self._actor("Globex")
        self.top = db.write_now(add_folder, self.actor, name="Top", parent_id=None).public_id
        self.below = db.write_now(add_folder, self.actor, name="Below", parent_id=self.top).public_id
        self.codes = [self._make(number, other) for number in range(CODES)]
        db.write_now(self._scan)
        self.codes = [db.read_now(get_code, self.actor, code.public_id) for code in self.codes]

    def meeting(self, asked: Filter) -> list[Code]:
        """The codes that a filter lets through, found by looking at each."""
        return [code for code in self.codes if self._meets(code, asked)]

    def _actor(self, name: str) -> Actor:
        org = self.db.write_now(organisations.found, name)
        return Actor(org.id, "cli", Scope.ADMIN)

    def _make(self, number: int, other: Actor) -> Code:
        self.clock.forward(STEP)
        title, folder = TITLES[number % len(TITLES)], (None, self.top, self.below)[number % 3]
        tags = tuple(tag for place, tag in enumerate(TAGS) if number >> place & 1)
        draft: Draft = DynamicDraft(f"{GOAL}/{number}", title=title, tags=tags, folder_id=folder)
        if number % 7 == 0:
            draft = StaticDraft(f"Room {number}", title=title, tags=tags, folder_id=folder)
        code = self.db.write_now(create_code, self.actor, draft, space=self.space)
        self.db.write_now(create_code, other, DynamicDraft(GOAL, title=title, tags=tags), space=self.space)
        self.clock.forward(STEP)
        if number % 5 == 1 and code.link_id is not None:
            self.db.write_now(edit_code, self.actor, code.public_id, Edit(status="paused"), space=self.space)
        if number % 11 == 2:
            self.db.write_now(delete_code, self.actor, code.public_id, space=self.space)
        return code

    def _scan(self, tx: Tx) -> None:
        scanned = [code.link_id for code in self.codes[::2] if code.link_id is not None]
        for people, link in enumerate(scanned):
            tx.execute(totals.insert().values(link_id=link, people=people % 4, bots=0, visitors=0))
        carry(tx, {(link, 0): 0 for link in scanned})

    def _meets(self, code: Code, asked: Filter) -> bool:
        status = "deleted" if code.grace_until is not None else "paused" if code.is_paused else "active"
        folders = {None if asked.folder_id in (None, NO_FOLDER) else id_of(asked.folder_id or "")}
        if asked.include_subfolders and asked.folder_id == self.top:
            folders.add(id_of(self.below))
        words = (code.title, code.destination or "", code.slug or "", code.text or "", *code.tags)
        return (
            (status == asked.status if asked.status else status != "deleted")
            and (asked.type is None or code.type == asked.type)
            and (asked.folder_id is None or code.folder_id in folders)
            and all(name_key(tag) in map(name_key, code.tags) for tag in asked.tags)
            and (asked.created_from is None or code.created_at >= asked.created_from)
            and (asked.created_to is None or code.created_at < asked.created_to)
            and (asked.q is None or any(name_key(asked.q) in name_key(word) for word in words))
        )


def _ordered(codes: list[Code], sort: Sort) -> list[Code]:
    keys: dict[str, Callable[[Code], Any]] = {
        "created_at": lambda code: code.created_at,
        "updated_at": lambda code: code.updated_at,
        "title_key": lambda code: sort_key(code.title),
        "scans": lambda code: code.totals.people,
    }
    return sorted(codes, key=lambda code: (keys[sort.column](code), code.serial), reverse=sort.is_down)


def _walk(db: Database, actor: Actor, asked: Filter, sort: Sort, *, limit: int) -> list[Code]:
    """All pages, one behind the other; the total is that of all."""
    found, cursor, total = list[Code](), None, 0
    for turned in count():
        page = db.read_now(
            list_codes,
            actor,
            Asked(cursor, limit, CURSORS),
            wanted=asked,
            sort=sort,
            with_total=turned == 0,
        )
        found += page.codes
        total += page.total or 0
        cursor = page.next_cursor
        if cursor is None:
            break
    assert total == len(found)
    return found


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """One library for all examples: nothing here changes it."""
    clock = FakeClock()
    db = Database.on_sqlite(tmp_path_factory.mktemp("library") / "repoint.sqlite3", clock=clock)
    migrate.upgrade(db.engine)
    yield Library(db, clock)
    db.close()


@pytest.fixture(params=[0, 2_500])
def gathered_max(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """As if every filter let many codes through, and as it is."""
    monkeypatch.setattr(listing, "GATHERED_MAX", request.param)
    most: int = request.param
    return most


moments = st.none() | st.integers(-1, 2 * CODES + 1).map(lambda hours: START + hours * STEP)


@settings(deadline=None, max_examples=30)
@given(data=st.data())
@pytest.mark.usefixtures("gathered_max")
def test_any_list(library: Library, data: st.DataObject) -> None:
    """Whatever the filter, the order and the size of the pages: the codes are those found one by one, each once."""
    asked = Filter(
        q=data.draw(st.none() | st.none() | st.sampled_from(PARTS)),
        tags=tuple(data.draw(st.lists(st.sampled_from((*TAGS, "PRINT", "no tag")), max_size=2))),
        folder_id=data.draw(st.sampled_from((None, NO_FOLDER, library.top, library.below))),
        include_subfolders=data.draw(st.booleans()),
        status=data.draw(st.sampled_from((None, None, "active", "paused", "deleted"))),
        type=data.draw(st.sampled_from((None, None, "dynamic", "static"))),
        created_from=data.draw(moments),
        created_to=data.draw(moments),
    )
    sort, limit = data.draw(st.sampled_from(Sort)), data.draw(st.integers(4, 25))
    try:
        found = _walk(library.db, library.actor, asked, sort, limit=limit)
    except Invalid as refusal:
        # Refused is nothing but a search in which too many codes would have to be sorted.
        if refusal.field != "sort" or listing.GATHERED_MAX or asked.q is None or sort.column == "created_at":
            raise
        return
    assert [code.serial for code in found] == [code.serial for code in _ordered(library.meeting(asked), sort)]


@pytest.mark.parametrize("many", [0, 40])
def test_many_folders(library: Library, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    """Few folders are ranges of their own, many are looked for together; the list is the same."""
    monkeypatch.setattr(listing, "FOLDERS_APART_MAX", many)
    asked = Filter(folder_id=library.top, include_subfolders=True)
    for sort in Sort:
        for most in (0, 2_500):
            monkeypatch.setattr(listing, "GATHERED_MAX", most)
            found = _walk(library.db, library.actor, asked, sort, limit=7)
            assert found == _ordered(library.meeting(asked), sort)


def test_a_cursor_is_bound_to_its_list(library: Library) -> None:
    """With another filter or order it is refused by its name; with its own it goes on."""
    own = Filter(tags=("print",))
    page = library.db.read_now(list_codes, library.actor, Asked(None, 1, CURSORS), wanted=own, sort=Sort.TITLE)
    others = [(Filter(), Sort.TITLE), (own, Sort.TITLE_DOWN), (Filter(tags=("q1",)), Sort.TITLE), (own, Sort.SCANS)]
    for asked, sort in others:
        with pytest.raises(Invalid) as caught:
            library.db.read_now(
                list_codes,
                library.actor,
                Asked(page.next_cursor, 1, CURSORS),
                wanted=asked,
                sort=sort,
            )
        assert caught.value.field == "cursor"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Filter(q="ab"), "q"),
        (Filter(q="  "), "q"),
        (Filter(q="a\x00bc"), "q"),
        (Filter(tags=("a",) * 51), "tag"),
        (Filter(tags=("a\x00b",)), "tag"),
    ],
)
def test_what_cannot_be_asked(library: Library, asked: Filter, field: str) -> None:
    """Too few characters to look for, too many tags and what no text holds are refused by the parameter's name."""
    with pytest.raises(Invalid) as caught:
        library.db.read_now(list_codes, library.actor, Asked(None, 1, CURSORS), wanted=asked)
    assert caught.value.field == field


def test_another_organisations_folder_is_not_there(
    db: Database, actor: Actor, make_actor: MakeActor, make_code: MakeCode
) -> None:
    """Neither as a filter nor for a new code; and a tag of the same name holds none of its codes."""
    other = make_actor(name="Globex")
    theirs = db.write_now(add_folder, other, name="Theirs", parent_id=None).public_id
    make_code(other, tags=("shared",), folder_id=theirs)
    mine = make_code(tags=("Shared",))
    asked = Filter(folder_id=theirs)
    with pytest.raises(NotFound):
        db.read_now(list_codes, actor, Asked(None, 1, CURSORS), wanted=asked)
    with pytest.raises(NotFound):
        make_code(folder_id=theirs)
    page = db.read_now(list_codes, actor, Asked(None, 9, CURSORS), wanted=Filter(tags=("shared",)))
    assert page.codes == [mine]


def test_lists_follow_what_changes(
    db: Database, actor: Actor, space: LinkSpace, make_code: MakeCode, clock: FakeClock
) -> None:
    """A code that was renamed, repointed and given other tags is found by what it is, not by what it was."""
    code = make_code(title="Spring", tags=("old",))
    clock.forward(STEP)
    change = Edit(title="Autumn", destination="https://example.org/leaves", tags=("new",))
    db.write_now(edit_code, actor, code.public_id, change, space=space)

    def is_found(**asked: object) -> bool:
        wanted = Filter(**asked)  # type: ignore[arg-type]
        return bool(db.read_now(list_codes, actor, Asked(None, 9, CURSORS), wanted=wanted).codes)

    assert all(is_found(q=part) for part in ("autumn", "leaves", "new", code.slug))
    assert not any(is_found(q=part) for part in ("spring", "example.com", "old"))
    assert is_found(tags=("new",))
    assert not is_found(tags=("old",))
