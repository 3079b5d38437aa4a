"""How the native API writes calls for many codes down."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Response
from pydantic import BaseModel, Field, SkipValidation, TypeAdapter, ValidationError

from repoint.codes.bulk_change import EditOf
from repoint.codes.code import Code
from repoint.codes.create import BULK_MAX, NothingDone
from repoint.kit.clock import rfc3339
from repoint.kit.errors import DomainError
from repoint.links.space import LinkSpace
from repoint.web.api.answers import HEADERS, MEDIA_TYPE
from repoint.web.api.problems import FieldError, Problem, ProblemResponse, of_domain_error, of_validation
from repoint.web.api.wire import CodeIn, CodePatch, Request, Time

T = TypeVar("T")

ModeIn = Annotated[
    Literal["each", "all"],
    Field(description="`each`: what can be done is done; `all`: all or nothing."),
]
_Id = Annotated[str, Field(max_length=100, examples=["qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])]


class ChangeIn(CodePatch):
    """What is to change of one code."""

    id: _Id
    version: int | None = Field(None, ge=1, description="The version this is meant for; null for whichever there is.")

    def edit_of(self) -> EditOf:
        """What is asked for; a logo that is to be fetched stands apart."""
        patch = CodePatch.model_construct(
            self.model_fields_set - {"id", "version"},
            **{name: getattr(self, name) for name in self.model_fields_set - {"id", "version"}},
        )
        return EditOf(self.id, patch.edit(), None if self.version is None else frozenset({self.version}))


# Described as they are, and read one by one, so that a mistake in one is an answer about that one.
_NewCodes = Annotated[list[Annotated[CodeIn, SkipValidation]], Field(min_length=1, max_length=BULK_MAX)]
_Changes = Annotated[list[Annotated[ChangeIn, SkipValidation]], Field(min_length=1, max_length=BULK_MAX)]


class BulkCreateIn(Request):
    """Codes to make."""

    mode: ModeIn = "each"
    items: _NewCodes


class BulkChangeIn(Request):
    """Codes to change."""

    mode: ModeIn = "each"
    items: _Changes


class BulkDeleteIn(Request):
    """Codes to delete."""

    mode: ModeIn = "each"
    ids: list[_Id] = Field(min_length=1, max_length=BULK_MAX)
    versions: dict[_Id, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict,
        max_length=BULK_MAX,
        description="By id, the version this is meant for; a code that is not named is deleted whichever it has.",
        examples=[{"qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1": 3}],
    )
    permanent: bool = Field(default=False, description="At once, without the 90 days in which they still redirect.")


class BulkItemOut(BaseModel):
    """What became of one item: what would have been the status of a call for it alone, and its id or its problem."""

    index: int = Field(description="Its place in the call, from 0.")
    status: int
    id: str | None = Field(None, examples=["qr_01JZ8Q4XK7T9V2M5N6P8R0S3W1"])
    slug: str | None = None
    short_url: str | None = None
    version: int | None = None
    grace_until: Time | None = None
    problem: Problem | None = Field(None, examples=[None])


class BulkOut(BaseModel):
    """What became of each item, in the order of the call."""

    mode: Literal["each", "all"]
    succeeded: int
    failed: int
    items: list[BulkItemOut]


CREATE: TypeAdapter[Any] = TypeAdapter(CodeIn)
CHANGE: TypeAdapter[Any] = TypeAdapter(ChangeIn)


def read_items(adapter: TypeAdapter[Any], given: Sequence[Any]) -> list[Any]:
    """Each item, or the `Problem` with it."""
    return [_read(adapter, each, number) for number, each in enumerate(given)]


def problem_of(error: DomainError, number: int) -> Problem:
    """A refusal of the item with this number."""
    return _at(number, Problem.model_validate_json(bytes(of_domain_error(error).body)))


def made_of(code: Code, space: LinkSpace) -> dict[str, Any]:
    """A code that was made."""
    short_url = space.short_url(code.domain, code.slug) if code.slug is not None else None
    return {"status": 201, "id": code.public_id, "slug": code.slug, "short_url": short_url, "version": code.version}


def changed_of(code: Code) -> dict[str, Any]:
    """A code that was changed, or deleted and is in its grace time."""
    said: dict[str, Any] = {"status": 200, "id": code.public_id, "version": code.version}
    return said if code.grace_until is None else {**said, "grace_until": rfc3339(code.grace_until)}


def bulk_answer(
    mode: str, outcomes: Sequence[T | Problem | DomainError], write: Callable[[T], Mapping[str, Any]]
) -> Response:
    """200 where everything was done, 207 where something was refused; written here, because it is long."""
    items: list[dict[str, Any]] = []
    failed = 0
    for number, outcome in enumerate(outcomes):
        if isinstance(outcome, Problem | DomainError):
            problem = outcome if isinstance(outcome, Problem) else problem_of(outcome, number)
            items.append({"index": number, "status": problem.status, "problem": problem.model_dump(exclude_none=True)})
            failed += 1
        else:
            items.append({"index": number, **write(outcome)})
    said = {"mode": mode, "succeeded": len(items) - failed, "failed": failed, "items": items}
    return Response(json.dumps(said, ensure_ascii=False), 207 if failed else 200, HEADERS, MEDIA_TYPE)


def nothing_done(problems: Sequence[Problem]) -> ProblemResponse:
    """The first problem's status and code, and what is wrong with every item."""
    first = problems[0]
    errors = [each for problem in problems for each in problem.errors or []]
    said = Problem(
        title=first.title,
        status=first.status,
        code=first.code,
        detail=f"Nothing was done, because {len(problems)} of the items cannot be. The first: {first.detail}",
        errors=errors,
    )
    return ProblemResponse(said.model_dump(exclude_none=True), said.status)


def problems_of(refused: NothingDone) -> list[Problem]:
    """Every refusal, in order."""
    return [problem_of(error, number) for number, error in sorted(refused.refusals.items())]


def _read(adapter: TypeAdapter[Any], given: Any, number: int) -> Any:
    try:
        return adapter.validate_python(given)
    except ValidationError as error:
        errors = [{**each, "loc": ("body", *each["loc"])} for each in error.errors(include_url=False)]
        return _at(number, Problem.model_validate_json(bytes(of_validation(errors).body)))


def _at(number: int, problem: Problem) -> Problem:
    """The problem of a call for this item alone, told of the item."""
    item = f"items[{number}]"
    if problem.errors is None:
        field = f"{item}.slug" if problem.code == "slug_taken" else item
        errors = [FieldError(field=field, message=problem.detail)]
        return problem.model_copy(update={"errors": errors, "detail": f"{item}: {problem.detail}"})
    errors = [
        FieldError(field=item, message="must be an object")
        if each.field == "body"
        else FieldError(field=f"{item}.{each.field}", message=each.message)
        for each in problem.errors
    ]
    return problem.model_copy(
        update={"errors": errors, "detail": "; ".join(f"{each.field}: {each.message}" for each in errors)}
    )
