"""From a wish for a picture to its answer: drawn, judged, mended."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any

from fastapi import Response

from repoint.codes.artwork import PictureSize, draw, tag_of
from repoint.codes.legibility import Mended, judge, mend
from repoint.codes.pictures import Look
from repoint.rendering import Options, Picture
from repoint.rendering.legibility import Legibility
from repoint.services import Services
from repoint.web.api.problems import MEDIA_TYPE, FieldError, ProblemResponse

# An SVG that is opened by itself may neither run nor load anything, and no file is taken for another kind.
SAFE_HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be drawn."""

    payload: str
    look: Look
    size: PictureSize
    title: str = ""
    options: Options = Options()  # noqa: RUF009 - frozen
    surround: str | None = None

    @property
    def logo(self) -> bytes | None:
        """The file of the logo, if there is one."""
        return self.look.logo.body if self.look.logo else None

    def tag(self, *, is_checked: bool) -> str:
        """The ETag of the picture, known before it is drawn; a checked one has another."""
        return tag_of(
            self.payload,
            self.look.design,
            self.size,
            logo_sha256=self.look.logo.sha256 if self.look.logo else None,
            title=self.title,
            options=self.options,
            is_checked=is_checked,
        )


async def drawn(services: Services, wish: Wish) -> Picture:
    """The picture, drawn off the event loop."""
    work = partial(
        draw, wish.payload, wish.look.design, wish.size, logo=wish.logo, title=wish.title, options=wish.options
    )
    return await services.drawing.run(wish.size.load_px, work)


async def judged(services: Services, wish: Wish) -> Legibility:
    """How well the picture reads."""
    return await services.drawing.run(wish.size.load_px, partial(judge, **_judged(wish)))


async def mended(services: Services, wish: Wish) -> Mended:
    """The nearest design that reads."""
    return await services.drawing.run(wish.size.load_px, partial(mend, **_judged(wish)))


async def checked_picture(services: Services, wish: Wish, *, strict: bool, repair: bool, name: str) -> Response:
    """The picture with its score, or the problem that it would not scan; unchecked where nobody asked."""
    headers: dict[str, str] = {}
    if repair:
        outcome = await mended(services, wish)
        wish = replace(wish, look=replace(wish.look, design=outcome.design))
        verdict = outcome.verdict
        headers["repoint-changes"] = json.dumps(outcome.changes)
    elif strict:
        verdict = await judged(services, wish)
    else:
        return picture_response(await drawn(services, wish), name=name)
    if not verdict.passes:
        return illegible(verdict)
    headers |= {"repoint-score": str(verdict.score), "repoint-grade": verdict.grade}
    return picture_response(await drawn(services, wish), name=name, headers=headers)


def picture_response(picture: Picture, *, name: str, headers: Mapping[str, str] | None = None) -> Response:
    """A file that browsers show, under the name `name.extension` where it is saved."""
    disposition = f'inline; filename="{name}.{picture.extension}"'
    return Response(
        picture.body,
        media_type=picture.media_type,
        headers={"content-disposition": disposition, **SAFE_HEADERS, **(headers or {})},
    )


def illegible(verdict: Legibility) -> ProblemResponse:
    """422, with everything that is known about the picture."""
    refusals = [finding for finding in verdict.findings if finding.severity == "refuse"] or list(verdict.findings)
    said = verdict.as_json()
    detail = f"The picture would not scan: it has {verdict.score} of 100 points. " + " ".join(
        f"{finding.sentence[:1].upper()}{finding.sentence[1:]}." for finding in refusals
    )
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(422).phrase,
        "status": 422,
        "code": "illegible",
        "detail": detail,
        "errors": [
            FieldError(
                field="design", message=f"{each.sentence}; {each.remedy.sentence}" if each.remedy else each.sentence
            ).model_dump()
            for each in refusals
        ],
        **{name: said[name] for name in ("score", "grade", "findings", "print", "measures")},
    }
    return ProblemResponse(document, 422, media_type=MEDIA_TYPE)


def _judged(wish: Wish) -> dict[str, Any]:
    return {
        "payload": wish.payload,
        "design": wish.look.design,
        "size": wish.size,
        "logo": wish.logo,
        "options": wish.options,
        "surround": wish.surround,
    }
