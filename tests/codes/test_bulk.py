"""Many codes made in one go are what one by one would have made."""

from collections.abc import Sequence
from typing import Any

import pytest

from repoint.accounts import audit
from repoint.accounts.actor import Actor, Scope
from repoint.codes import artwork, looks
from repoint.codes.code import Code
from repoint.codes.create import Before, NothingDone, check_codes, create_code, create_codes
from repoint.codes.designs import add_design
from repoint.codes.draft import Draft, DynamicDraft, StaticDraft
from repoint.codes.filters import Filter
from repoint.codes.find import get_code, list_codes
from repoint.codes.folders import add_folder
from repoint.codes.tags import list_tags
from repoint.kit.cursor import Cursors
from repoint.kit.db import Database, Tx
from repoint.kit.errors import Conflict, DomainError, Forbidden, Invalid, LimitReached, NotFound
from repoint.kit.pages import Asked
from repoint.links.space import LinkSpace
from repoint.plans import catalogue
from repoint.plans.catalogue import Catalogue
from repoint.plans.plan import Feature, Plan
from tests.codes.conftest import GOAL, MakeCode, Snapshot
from tests.conftest import Forgotten, MakeActor

CURSORS = Cursors(b"a secret of the test")
FIVE = Plan("five", limits={Feature.ACTIVE_CODES: 5, Feature.BULK_SIZE: 50})
FRAME = {"frame": {"style": "text-below", "text": "Table 7"}}
TOO_LONG = {"frame": {"style": "text-below", "text": "x" * 2_000}}
UNSHOWABLE = {"frame": {"style": "circle", "text": "W" * 60}, "logo": {"name": "wifi", "size": 0.9}}

DRAFTS: Sequence[Draft] = (
    DynamicDraft(GOAL, title="One", tags=("b", "a", "b ")),
    DynamicDraft(GOAL, slug="taken-before"),
    DynamicDraft("ftp://example.com", slug="mine"),
    DynamicDraft(GOAL, slug="mine"),
    DynamicDraft(GOAL, slug="mine"),
    DynamicDraft(GOAL, slug="mine", domain="go.example"),
    DynamicDraft(GOAL, slug="mine", domain="GO.example"),
    DynamicDraft(GOAL, slug="no", domain="other.example"),
    StaticDraft("Table 7", title="Seven", design=FRAME),
    StaticDraft(""),
    StaticDraft("x" * 2_953, design={"error_correction": "H"}),
    DynamicDraft(GOAL, title="x" * 151),
    DynamicDraft(GOAL, tags=("",)),
    DynamicDraft(GOAL, design={"modules": {"shape": "dots"}}),
    DynamicDraft(GOAL, design={"modules": {"shape": "dotz"}}),
    DynamicDraft(GOAL, design=TOO_LONG),
    DynamicDraft(GOAL, design=UNSHOWABLE, slug="framed"),
    DynamicDraft(GOAL, design=FRAME, slug="framed"),
    DynamicDraft(GOAL, design_id="design_nope"),
    DynamicDraft("https://qr.example/r/loop"),
    DynamicDraft(GOAL),
    DynamicDraft("nonsense"),
    StaticDraft("No link, no limit"),
)


def _said(outcome: Any) -> tuple[str, ...]:
    if isinstance(outcome, Invalid):
        return ("Invalid", outcome.field, outcome.reason)
    return (type(outcome).__name__, str(outcome)) if isinstance(outcome, DomainError) else ("made",)


def _comparable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without what differs each time: ids, and slugs that were drawn."""
    kept = []
    for given in rows:
        row = {name: value for name, value in given.items() if name not in ("id", "serial", "org_id", "link_id")}
        if len(row.get("slug") or "") == 7:
            row["slug"] = "drawn"
        kept.append(row)
    return kept


@pytest.fixture
def five(make_actor: MakeActor, monkeypatch: pytest.MonkeyPatch) -> Actor:
    """The actor of an organisation that may have five active codes."""
    monkeypatch.setattr(catalogue, "_present", Catalogue({**catalogue.SHIPPED, FIVE.name: FIVE}))
    return make_actor(name="Five", plan=FIVE.name)


@pytest.mark.parametrize("plan", ["selfhosted", FIVE.name])
def test_a_batch_agrees_with_one_by_one(
    db: Database, five: Actor, make_actor: MakeActor, space: LinkSpace, stored: Snapshot, plan: str
) -> None:
    """The same drafts give the same codes, links and refusals either way, within a plan and without."""
    first, second = (make_actor(name=name, plan=plan) for name in ("A", "B"))
    del five

    def one_by_one(draft: Draft) -> tuple[str, ...]:
        try:
            db.write_now(create_code, first, draft, space=space)
        except DomainError as refusal:
            return _said(refusal)
        return ("made",)

    db.write_now(create_code, first, DynamicDraft(GOAL, slug="taken-before"), space=space)
    alone = [one_by_one(draft) for draft in DRAFTS]
    rows = stored()
    _wipe(db)
    db.write_now(create_code, second, DynamicDraft(GOAL, slug="taken-before"), space=space)
    together = db.write_now(create_codes, second, DRAFTS, mode="each", space=space)
    assert [_said(each) for each in together] == alone
    assert _comparable(stored()) == _comparable(rows)
    assert len({said for said in alone if said[0] != "made"}) > 8


def _wipe(db: Database) -> None:
    def delete(tx: Any) -> None:
        for table in ("code_words", "code_tags", "codes", "links"):
            tx.connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - two names

    db.write_now(delete)


def test_the_library_agrees_with_one_by_one(db: Database, make_actor: MakeActor, space: LinkSpace) -> None:
    """Tags, folders, words and history of a batch are those of codes made alone, whatever was there before."""
    seen = []
    for name in ("Alone", "Together"):
        actor = make_actor(name=name)
        folder = db.write_now(add_folder, actor, name="Print", parent_id=None).public_id
        before = DynamicDraft(GOAL, slug=f"{name}-before", tags=("Ärger",))
        db.write_now(create_code, actor, before, space=space)
        drafts: list[Draft] = [
            DynamicDraft(f"{GOAL}/1", title="Ünter", tags=("b", "ÄRGER"), folder_id=folder, slug=f"{name}-1"),
            DynamicDraft(f"{GOAL}/2", tags=("B", "c"), design={"modules": {"shape": "dots"}}, slug=f"{name}-2"),
            StaticDraft("Table 7", title="Seven", tags=("c",), folder_id=folder),
            DynamicDraft(GOAL, folder_id="folder_01JZ8Q4XK7T9V2M5N6P8R0S3W1"),
        ]
        if name == "Together":
            outcomes = db.write_now(create_codes, actor, drafts, mode="each", space=space)
            made = [each for each in outcomes if isinstance(each, Code)]
            assert isinstance(outcomes[3], NotFound)
        else:
            made = [db.write_now(create_code, actor, draft, space=space) for draft in drafts[:3]]
        assert [db.read_now(get_code, actor, code.public_id) for code in made] == made
        entries = db.read_now(audit.newest, actor.org, subject=None, below=None, limit=3)
        seen.append(
            (
                [(entry.action, entry.before, entry.after) for entry in reversed(entries)],
                [tag.name for tag in db.read_now(list_tags, actor, Asked(None, 9, CURSORS), q=None).items],
                [_found(db, actor, **asked) for asked in ({"q": "ünter"}, {"q": "Table 7"}, {"tags": ("ärger",)})],
                [_found(db, actor, folder_id=folder), _found(db, actor, tags=("c",))],
            )
        )
    said = [repr(each).replace("Together", "Alone") for each in seen]
    folders = [[(entry[2] or {})["folder_id"] for entry in each[0]] for each in seen]
    assert said[0].replace(folders[0][0], "F") == said[1].replace(folders[1][0], "F")
    assert seen[0][1] == ["b", "c", "Ärger"]
    assert [len(found) for found in seen[0][2]] == [1, 1, 2]


def _found(db: Database, actor: Actor, **asked: Any) -> list[str]:
    page = db.read_now(list_codes, actor, Asked(None, 50, CURSORS), wanted=Filter(**asked))
    return [code.title for code in page.codes]


def test_what_is_given_back_is_there(db: Database, actor: Actor, space: LinkSpace, forgotten: Forgotten) -> None:
    """Each outcome names the code at its place; every link is announced, every code stands in the audit log."""
    drafts = [DynamicDraft(f"{GOAL}/{number}", title=f"T{number}") for number in range(300)]
    made = db.write_now(create_codes, actor, drafts, mode="each", space=space)
    for draft, each in zip(drafts, made, strict=True):
        assert isinstance(each, Code)
        code = db.read_now(get_code, actor, each.public_id)
        assert (code.destination, code.title, code.slug, code.version) == (draft.destination, draft.title, each.slug, 1)
    assert sorted(forgotten.links) == sorted((each.domain, each.slug) for each in made if isinstance(each, Code))
    entries = db.read_now(audit.newest, actor.org, subject=None, below=None, limit=1_000)
    assert {entry.subject for entry in entries if entry.action == "code.created"} == {
        each.public_id for each in made if isinstance(each, Code)
    }
    assert db.read_now(audit.broken_at, actor.org) is None


def test_all_or_nothing(db: Database, actor: Actor, space: LinkSpace, stored: Snapshot, forgotten: Forgotten) -> None:
    """One refusal refuses all; every refusal is named, nothing is stored or announced."""
    drafts = [DynamicDraft(GOAL), DynamicDraft("nope"), DynamicDraft(GOAL, slug="abc"), DynamicDraft(GOAL, slug="abc")]
    before = stored()
    with pytest.raises(NothingDone) as caught:
        db.write_now(create_codes, actor, drafts, mode="all", space=space)
    assert {number: type(each) for number, each in caught.value.refusals.items()} == {1: Invalid, 3: Conflict}
    assert stored() == before
    assert forgotten.links == []
    assert len(db.write_now(create_codes, actor, [drafts[0], drafts[2]], mode="all", space=space)) == 2


def test_the_plan_bounds_the_size(db: Database, five: Actor, space: LinkSpace, stored: Snapshot) -> None:
    """More items than the plan allows in one call are refused before anything is done."""
    with pytest.raises(LimitReached) as caught:
        db.write_now(create_codes, five, [StaticDraft("x")] * 51, mode="each", space=space)
    assert (caught.value.feature, caught.value.limit, caught.value.used) == ("bulk_size", 50, 51)
    assert stored() == []


def test_a_key_that_reads_makes_nothing(db: Database, make_actor: MakeActor, space: LinkSpace) -> None:
    """The scope is looked at before anything else."""
    with pytest.raises(Forbidden):
        db.write_now(create_codes, make_actor(scope=Scope.READ), [DynamicDraft("x")], mode="each", space=space)


def test_a_design_is_drawn_once_for_many(
    db: Database, actor: Actor, space: LinkSpace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred codes of one framed design cost few drawings, because their links take the same bits."""
    drawn: list[str] = []
    check = artwork.check_drawable

    def counting(payload: str, *others: Any, **named: Any) -> None:
        drawn.append(payload)
        check(payload, *others, **named)

    monkeypatch.setattr(looks, "check_drawable", counting)
    design = db.write_now(add_design, actor, name="Framed", design=FRAME).public_id
    drafts = [DynamicDraft(GOAL, design_id=design) for _ in range(100)]
    made = db.write_now(create_codes, actor, drafts, mode="all", space=space)
    assert len(made) == 100
    assert 1 <= len(drawn) < 40


def test_others_designs_cannot_be_taken(
    db: Database, actor: Actor, make_actor: MakeActor, space: LinkSpace, make_code: MakeCode
) -> None:
    """A stored design of another organisation does not exist, in a batch as alone."""
    design = db.write_now(add_design, make_actor(name="Other"), name="Theirs", design={}).public_id
    make_code()
    (outcome,) = db.write_now(create_codes, actor, [DynamicDraft(GOAL, design_id=design)], mode="each", space=space)
    assert _said(outcome) == ("NotFound", f"There is no design {design!r}.")


def test_a_check_that_is_run_again_begins_with_the_same(db: Database, actor: Actor, space: LinkSpace) -> None:
    """What a check remembers for the batches behind it, it remembers once its transaction has ended well."""
    before, wanted = Before(), [DynamicDraft(GOAL, slug="mine")]

    def broken(tx: Tx) -> None:
        check_codes(tx, actor, wanted, before=before, space=space)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        db.write_now(broken)
    assert before == Before()
    assert db.write_now(check_codes, actor, wanted, before=before, space=space) == [None]
    [refusal] = db.write_now(check_codes, actor, wanted, before=before, space=space)
    assert isinstance(refusal, Conflict)
    assert (before.active, before.made) == (1, 1)
