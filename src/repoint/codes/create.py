"""Create codes, one or many, in one transaction.

Item by item (`each`), what cannot be made is refused by itself; all or nothing (`all`), one refusal refuses all. The
outcomes stand in the order of the drafts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Literal
from uuid import UUID

from repoint.accounts import organisations
from repoint.accounts.actor import Actor, Scope
from repoint.codes import draft as drafts
from repoint.codes import history, room, store
from repoint.codes.code import Code
from repoint.codes.draft import Draft, DynamicDraft, StaticDraft
from repoint.codes.folders import known_folder
from repoint.codes.looks import Look, Looks
from repoint.codes.store import NewCode
from repoint.kit.db import Tx
from repoint.kit.errors import Conflict, DomainError, Invalid
from repoint.links.allocate import Link, Place, Wish, find_places, occupy, taken
from repoint.links.space import LinkSpace
from repoint.plans import gate, subscriptions, usage
from repoint.plans.entitlements import Entitlements
from repoint.plans.plan import Feature

BULK_MAX = 1_000

Mode = Literal["each", "all"]


class NothingDone(Exception):
    """All or nothing, and something could not be; `refusals` by the number of the item, from 0."""

    def __init__(self, refusals: dict[int, DomainError]) -> None:
        super().__init__("; ".join(f"items[{number}]: {error}" for number, error in sorted(refusals.items())))
        self.refusals = refusals


@dataclass(slots=True)
class Before:
    """What a check over several batches carries from one to the next."""

    active: int = 0
    made: int = 0
    held: set[tuple[str, str]] = field(default_factory=set)

    def add(self, batch: "Before") -> None:
        """Remember one more batch."""
        self.active += batch.active
        self.made += batch.made
        self.held |= batch.held


@dataclass(frozen=True, slots=True)
class _Accepted:
    """A draft that nothing speaks against."""

    draft: Draft
    look: Look
    tags: Sequence[str]
    folder_id: UUID | None
    place: Place | None


def create_code(tx: Tx, actor: Actor, draft: Draft, *, space: LinkSpace) -> Code:
    """Make a code of the actor's organisation.

    Raises:
        Forbidden: the key may not write.
        Invalid: something of the draft cannot be.
        NotFound: the organisation has no such folder, design or logo.
        Conflict: `slug_taken`.
        PlanExpired: the subscription and its grace time are over.
        LimitReached: the plan has no room for another active code, or no more for this month.
    """
    [made] = make_codes(tx, actor, [draft], mode="each", space=space)
    if isinstance(made, DomainError):
        raise made
    return made


def create_codes(
    tx: Tx, actor: Actor, wanted: Sequence[Draft], *, mode: Mode, space: LinkSpace
) -> list[Code | DomainError]:
    """Make codes of the actor's organisation.

    Raises:
        Forbidden: the key may not write.
        PlanExpired: the subscription and its grace time are over.
        NotInPlan, LimitReached: the plan has no such calls, or allows fewer in one.
        NothingDone: the mode is `all`, and one or more could not be made.
    """
    gate.require_bulk(subscriptions.for_change(tx, actor.org), len(wanted))
    return make_codes(tx, actor, wanted, mode=mode, space=space)


def make_codes(
    tx: Tx, actor: Actor, wanted: Sequence[Draft], *, mode: Mode, space: LinkSpace
) -> list[Code | DomainError]:
    """`create_codes` whatever the plan says of bulk calls: for one code, or a part of what was let pass as a whole.

    Raises:
        Forbidden: the key may not write.
        PlanExpired: the subscription and its grace time are over.
        NothingDone: the mode is `all`, and one or more could not be made.
    """
    plan = _locked_plan(tx, actor)
    checked = _checked(tx, actor, wanted, plan=plan, before=Before(), now=Before(), space=space)
    if mode == "all":
        require_all(checked)
    made = _make(tx, actor, checked, plan=plan, space=space)
    if mode == "all":
        require_all(made)
    return made


def check_codes(
    tx: Tx, actor: Actor, wanted: Sequence[Draft], *, before: Before, space: LinkSpace
) -> list[DomainError | None]:
    """What `create_codes` would refuse, after the batches that `before` remembers; changes nothing.

    Behind the commit `before` remembers this batch too: not sooner, as a transaction can be tried several times.
    A logo that a draft brings along would be kept, so drafts that are only checked bring none.

    Raises:
        Forbidden: the key may not write.
        PlanExpired: the subscription and its grace time are over.
    """
    plan = _locked_plan(tx, actor)
    now = Before()
    checked = _checked(tx, actor, wanted, plan=plan, before=before, now=now, space=space)
    tx.after_commit(partial(before.add, now))
    return [each if isinstance(each, DomainError) else None for each in checked]


def require_all(outcomes: Sequence[object]) -> None:
    """Let pass outcomes without a refusal.

    Raises:
        NothingDone: there is one.
    """
    refusals = {number: each for number, each in enumerate(outcomes) if isinstance(each, DomainError)}
    if refusals:
        raise NothingDone(refusals)


def _locked_plan(tx: Tx, actor: Actor) -> Entitlements:
    """What the organisation may do; nobody else adds anything to it until the transaction ends."""
    actor.require(Scope.WRITE)
    organisations.lock(tx, actor.org)
    return subscriptions.for_change(tx, actor.org)


def _checked(
    tx: Tx,
    actor: Actor,
    wanted: Sequence[Draft],
    *,
    plan: Entitlements,
    before: Before,
    now: Before,
    space: LinkSpace,
) -> list[_Accepted | DomainError]:
    looks = Looks(tx, actor)
    dynamic = [draft for draft in wanted if isinstance(draft, DynamicDraft)]
    wishes = [Wish(draft.destination, draft.slug, draft.domain) for draft in dynamic]
    places = iter(find_places(tx, actor.org, wishes, space=space))
    active = cache(lambda: room.taken(tx, plan))
    this_month = cache(lambda: usage.used(tx, actor.org, Feature.CODES_PER_MONTH, month=usage.month_of(tx.now)))
    folder = cache(lambda public_id: known_folder(tx, actor.org, public_id))
    check = _Check(plan, looks, before, now, active, this_month, folder, space)
    return [check.of(draft, next(places) if isinstance(draft, DynamicDraft) else None) for draft in wanted]


@dataclass(frozen=True, slots=True)
class _Check:
    """Looks at one draft after the other; an accepted one takes its slug and its room in the plan."""

    plan: Entitlements
    looks: Looks
    before: Before
    now: Before
    active: Callable[[], int]
    this_month: Callable[[], int]
    folder: Callable[[str], UUID]
    space: LinkSpace

    def of(self, draft: Draft, place: Place | Invalid | Conflict | None) -> _Accepted | DomainError:
        """The draft once nothing speaks against it, or what does."""
        try:
            return self._accepted(draft, place)
        except DomainError as refusal:
            return refusal.with_traceback(None)  # one refusal can be that of thousands of drafts

    def _accepted(self, draft: Draft, place: Place | Invalid | Conflict | None) -> _Accepted:
        drafts.check_title(draft.title)
        tags = drafts.check_tags(draft.tags)
        folder_id = None if draft.folder_id is None else self.folder(draft.folder_id)
        look = self.looks.of(draft.styling)
        if isinstance(draft, StaticDraft):
            self._fit(Feature.CODES_PER_MONTH, self.this_month, self.before.made + self.now.made)
            self.looks.check_text(look, drafts.check_text(draft.text))
            self.now.made += 1
            return _Accepted(draft, look, tags, folder_id, None)
        self._fit(Feature.ACTIVE_CODES, self.active, self.before.active + self.now.active)
        if not isinstance(place, Place):
            assert place is not None
            raise place
        if place.key in self.before.held or place.key in self.now.held:
            raise taken(place.slug)
        self._fit(Feature.CODES_PER_MONTH, self.this_month, self.before.made + self.now.made)
        self.looks.check_link(look, self.space.short_url(*place.key))
        self.now.held.add(place.key)
        self.now.active += 1
        self.now.made += 1
        return _Accepted(draft, look, tags, folder_id, place)

    def _fit(self, feature: Feature, used: Callable[[], int], before: int) -> None:
        if self.plan.limit(feature) is not None:
            gate.fit(self.plan, feature, used=used() + before, adding=1)


def _make(
    tx: Tx, actor: Actor, checked: Sequence[_Accepted | DomainError], *, plan: Entitlements, space: LinkSpace
) -> list[Code | DomainError]:
    places = [each.place for each in checked if isinstance(each, _Accepted) and each.place is not None]
    links = iter(occupy(tx, actor.org, places, space=space))
    outcomes: list[NewCode | DomainError] = []
    for each in checked:
        link = next(links) if isinstance(each, _Accepted) and each.place is not None else None
        if isinstance(each, DomainError):
            outcomes.append(each)
        elif isinstance(link, Conflict):
            outcomes.append(link)  # another transaction was faster
        else:
            outcomes.append(_new(tx, each, link))
    new = [each for each in outcomes if isinstance(each, NewCode)]
    _count(tx, plan, new)
    made = store.add_many(tx, actor.org, new)
    if made:
        history.record_new(tx, actor, *made)
    codes = iter(made)
    return [next(codes) if isinstance(each, NewCode) else each for each in outcomes]


def _count(tx: Tx, plan: Entitlements, new: Sequence[NewCode]) -> None:
    """Count what is about to be made; each was let pass before."""
    redirecting = sum(each.link is not None for each in new)
    if redirecting:
        room.require_active(tx, plan, adding=redirecting)
    if new:
        gate.count(tx, plan, Feature.CODES_PER_MONTH, adding=len(new))


def _new(tx: Tx, accepted: _Accepted, link: Link | None) -> NewCode:
    look, draft = accepted.look, accepted.draft
    return NewCode(
        id=tx.new_id(),
        title=draft.title,
        tags=accepted.tags,
        folder_id=accepted.folder_id,
        design=look.design,
        design_text=look.text,
        text=draft.text if isinstance(draft, StaticDraft) else None,
        link=link,
        is_paused=False,
        grace_until=None,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
