"""Plans are found by name, the default one has no limits, and a broken file changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from repoint.kit.errors import Invalid, NotFound
from repoint.plans import catalogue
from repoint.plans.catalogue import SELFHOSTED, SHIPPED, find
from repoint.plans.plan import Ability

GOLD = '[gold]\naccount_type = "paid"\nlimits.active_codes = 7\n'


@pytest.fixture(autouse=True)
def _leave_as_it_was() -> Iterator[None]:
    """The catalogue belongs to the process."""
    before = catalogue.present()
    yield
    catalogue._present = before


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An operator's file with one plan."""
    path = tmp_path / "plans.toml"
    path.write_text(GOLD)
    return path


def test_every_plan_is_found_by_its_name() -> None:
    """The catalogue's names are the plans' own."""
    assert [find(name).name for name in SHIPPED] == list(SHIPPED)


def test_selfhosted_limits_nothing() -> None:
    """Who runs Repoint for themselves has no limit of any kind."""
    assert find("selfhosted") is SELFHOSTED
    assert (SELFHOSTED.limits, SELFHOSTED.windows, SELFHOSTED.retention_days) == ({}, {}, None)
    assert all(SELFHOSTED.has(ability) for ability in Ability)


@pytest.mark.parametrize("name", ["", "Selfhosted", "gold"])
def test_an_unknown_plan(name: str) -> None:
    """A name that the catalogue does not have is NotFound."""
    with pytest.raises(NotFound):
        find(name)


def test_an_operators_plans_stand_beside_the_shipped_ones(file: Path) -> None:
    """A file adds plans, and replaces shipped ones of the same name."""
    file.write_text(GOLD + '[qrcgpro-free]\naccount_type = "free"\n')
    catalogue.use(file)
    assert set(catalogue.plans()) == {*SHIPPED, "gold"}
    assert find("qrcgpro-free").limits == {}
    assert find("selfhosted") is SELFHOSTED


def test_a_reload_shows_what_is_in_the_file_now(file: Path) -> None:
    """A plan that was changed in the file is another one after a reload, and one that was taken out is gone."""
    catalogue.use(file)
    file.write_text(GOLD.replace("7", "8"))
    catalogue.reload()
    assert list(find("gold").limits.values()) == [8]
    file.write_text("")
    catalogue.reload()
    with pytest.raises(NotFound):
        find("gold")


@pytest.mark.parametrize("broken", ["[gold", '[gold]\naccount_type = "x"', '[selfhosted]\naccount_type = "paid"', None])
def test_a_broken_file_keeps_the_old_catalogue(file: Path, broken: str | None) -> None:
    """A reload that fails says why and changes nothing."""
    before = catalogue.use(file)
    file.unlink() if broken is None else file.write_text(broken)
    with pytest.raises(Invalid):
        catalogue.reload()
    assert catalogue.present() is before


def test_a_broken_file_does_not_keep_a_server_from_starting(tmp_path: Path) -> None:
    """Redirects go on whatever the file holds: what ships is in use, and the trouble is told."""
    with capture_logs() as log:
        taken = catalogue.use(tmp_path / "none.toml")
    assert taken.plans == SHIPPED
    assert "cannot be read" in taken.trouble
    assert [event["event"] for event in log] == ["plans.file_unusable"]
