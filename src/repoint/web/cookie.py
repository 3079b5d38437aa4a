"""The cookie that holds a session's token."""

from dataclasses import dataclass

from starlette.responses import Response

from repoint.accounts.sessions import ABSOLUTE

# With this prefix a browser takes the cookie from https alone, for this host alone (RFC 6265bis, section 4.1.3.2).
SECURE_NAME = "__Host-repoint"
PLAIN_NAME = "repoint_session"


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """How the cookie is called and kept: strictly where the installation is reached over https."""

    is_secure: bool

    @classmethod
    def at(cls, public_url: str) -> "SessionCookie":
        """The cookie of an installation."""
        return cls(public_url.startswith("https://"))

    @property
    def name(self) -> str:
        """What the browser calls it."""
        return SECURE_NAME if self.is_secure else PLAIN_NAME

    def put(self, response: Response, token: str) -> None:
        """Have the browser keep a token, until the session ends at the latest."""
        response.set_cookie(
            self.name,
            token,
            max_age=int(ABSOLUTE.total_seconds()),
            path="/",
            secure=self.is_secure,
            httponly=True,
            samesite="lax",
        )

    def take_away(self, response: Response) -> None:
        """Have the browser forget it."""
        response.delete_cookie(self.name, path="/", secure=self.is_secure, httponly=True, samesite="lax")
