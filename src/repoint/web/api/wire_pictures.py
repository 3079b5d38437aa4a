"""How the native API writes wishes for pictures and verdicts down."""

from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from repoint.codes.artwork import PictureSize
from repoint.codes.code import TEXT_MAX, TITLE_MAX
from repoint.codes.legibility import Mended
from repoint.kit.errors import Invalid
from repoint.rendering import Options
from repoint.rendering.emit.pdf import BLEED_MM_MAX
from repoint.rendering.legibility import Legibility
from repoint.rendering.sizes import DPI_MAX, DPI_MIN, SIZE_PX_MAX, SIZE_PX_MIN, WIDTH_MM_MAX, WIDTH_MM_MIN
from repoint.web.api.wire import DesignPatch, LogoUrl, Request, TextContent

Format = Literal["svg", "png", "pdf", "eps", "jpg", "webp"]

_SIZE = "Pixels, quiet zone included."
_WIDTH_MM = "Millimetres, quiet zone included."
_DPI = "Pixels in an inch: of a raster in millimetres, or written into one in pixels."
_CMYK = "The inks of printing, for pdf and eps."
_BLEED_MM = "Background beyond the edge to cut along, for pdf."
_CROP_MARKS = "Where to cut, for pdf."
_STRICT = "Refuse with 422 what would not scan."


class ImageQuery(BaseModel):
    """As what file the picture of a code is wanted."""

    format: Format = "svg"
    size: int | None = Field(None, ge=SIZE_PX_MIN, le=SIZE_PX_MAX, description=_SIZE)
    width_mm: float | None = Field(None, ge=WIDTH_MM_MIN, le=WIDTH_MM_MAX, description=_WIDTH_MM)
    dpi: int | None = Field(None, ge=DPI_MIN, le=DPI_MAX, description=_DPI)
    cmyk: bool = Field(default=False, description=_CMYK)
    bleed_mm: float = Field(0, ge=0, le=BLEED_MM_MAX, description=_BLEED_MM)
    crop_marks: bool = Field(default=False, description=_CROP_MARKS)
    static_backup: bool = Field(
        default=False,
        description="Say the destination itself: works without this installation, and cannot be repointed.",
    )
    strict: bool = Field(default=False, description=_STRICT)

    def picture_size(self) -> PictureSize:
        """How large, in its format."""
        return picture_size(self.format, size=self.size, width_mm=self.width_mm, dpi=self.dpi)

    def options(self) -> Options:
        """What the file is to carry."""
        return Options(None, self.cmyk, self.bleed_mm, self.crop_marks)


class PictureRequest(Request):
    """A picture of anything: what it says, how it looks, what file it is to be."""

    text: str | None = Field(None, min_length=1, max_length=TEXT_MAX, examples=["https://example.com"])
    content: TextContent | None = Field(None, description="Instead of `text`, as a static code has it.")
    design: DesignPatch = Field(default_factory=dict)
    design_id: str | None = Field(None, max_length=100, description="A stored design, below `design`.")
    preset: str | None = Field(None, max_length=100, description="One of `/designs/presets`, below `design`.")
    logo_url: LogoUrl | None = None
    format: Format | None = None
    size: int | None = Field(None, ge=SIZE_PX_MIN, le=SIZE_PX_MAX, description=_SIZE)
    width_mm: float | None = Field(None, ge=WIDTH_MM_MIN, le=WIDTH_MM_MAX, description=_WIDTH_MM)
    dpi: int | None = Field(None, ge=DPI_MIN, le=DPI_MAX, description=_DPI)
    cmyk: bool = Field(default=False, description=_CMYK)
    bleed_mm: float = Field(0, ge=0, le=BLEED_MM_MAX, description=_BLEED_MM)
    crop_marks: bool = Field(default=False, description=_CROP_MARKS)
    surround: str | None = Field(
        None, max_length=100, description="The colour that the picture will lie on, for the check."
    )
    repair: bool = Field(default=False, description="The nearest design that scans, where this one would not.")

    def payload(self) -> str:
        """What the symbol is to say."""
        if (self.text is None) == (self.content is None):
            wrong = "is required" if self.text is None else "cannot stand beside content; give one of them"
            raise Invalid("text", wrong)
        return self.text if self.content is None else self.content.text  # type: ignore[return-value]  # one of the two

    def picture_size(self, fmt: str) -> PictureSize:
        """How large, in this format."""
        return picture_size(fmt, size=self.size, width_mm=self.width_mm, dpi=self.dpi)


class RenderRequest(PictureRequest):
    """A picture to draw."""

    title: str = Field("", max_length=TITLE_MAX, description="For screen readers and PDF viewers.")
    description: str | None = Field(None, max_length=1_000, description="For screen readers, in svg and pdf.")
    strict: bool = Field(default=False, description=_STRICT)

    def options(self) -> Options:
        """What the file is to carry."""
        return Options(self.description, self.cmyk, self.bleed_mm, self.crop_marks)


class CheckRequest(PictureRequest):
    """A picture to judge."""

    def options(self) -> Options:
        """What the file would carry."""
        return Options(None, self.cmyk, self.bleed_mm, self.crop_marks)


class RemedyOut(BaseModel):
    """What helps: `patch` is for the design (RFC 7396), null when it is not the design; `gain` in points."""

    sentence: str
    gain: int
    patch: dict[str, Any] | None


class FindingOut(BaseModel):
    """Something that makes the picture harder to read, and the points that it costs."""

    code: str = Field(examples=["low_contrast"])
    severity: Literal["info", "warn", "refuse"]
    sentence: str
    points: int
    remedy: RemedyOut | None


class RepairedOut(BaseModel):
    """The nearest design that scans, what was changed, and its score."""

    design: dict[str, Any]
    changes: list[str]
    score: int
    grade: Literal["A", "B", "C", "D", "F"]
    passes: bool


class VerdictOut(BaseModel):
    """How well the picture reads: measured on the picture, not guessed from its design."""

    score: int = Field(ge=0, le=100)
    grade: Literal["A", "B", "C", "D", "F"]
    passes: bool = Field(description="False for grade F, which `strict` refuses.")
    findings: list[FindingOut]
    print: dict[str, Any] | None = Field(description="The smallest width, and the greatest distance, in millimetres.")
    measures: dict[str, Any] | None = Field(description="The figures behind the findings.")
    conditions: dict[str, Any] = Field(description="How much of each condition it was read under.")
    changes: list[str] = Field(description="What was raised so that the symbol carries its logo.")
    repaired: RepairedOut | None = None

    @classmethod
    def of(cls, verdict: Legibility, mended: Mended | None) -> Self:
        """A verdict, written down."""
        repaired = mended and RepairedOut(
            design=dict(mended.design),
            changes=list(mended.changes),
            score=mended.verdict.score,
            grade=mended.verdict.grade,
            passes=mended.verdict.passes,
        )
        return cls.model_validate({**verdict.as_json(), "repaired": repaired})


def picture_size(fmt: str, *, size: int | None, width_mm: float | None, dpi: int | None) -> PictureSize:
    """How large, in this format.

    Raises:
        Invalid: two sizes.
    """
    if size is not None and width_mm is not None:
        raise Invalid("width_mm", "cannot stand beside size; give one of them")
    return PictureSize(fmt, size_px=size, width_mm=width_mm, dpi=dpi)
