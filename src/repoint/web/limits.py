"""From a request to whose it is, and rate-limit headers.

The two fields without `X-` are those of the IETF draft "RateLimit header fields for HTTP" (httpapi-ratelimit-headers,
revisions 08 to 11): `RateLimit-Policy: "day";q=1000;w=86400` and `RateLimit: "day";r=999;t=3600`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import Scope

from repoint.kit.db import DatabaseUnavailable
from repoint.kit.errors import DomainError, TooMany
from repoint.kit.proxies import FORWARDED_FOR, Proxies, network_of
from repoint.plans.windows import Standing, tightest
from repoint.services import Services
from repoint.web.auth import Unauthenticated
from repoint.web.credential import Credential, credential_of

SCOPE_KEY = "repoint.admission"
WRONG_KEYS = "wrong keys from your address"

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Admission:
    """Who asks, or why they may not; and where their key stands."""

    caller: Credential | Exception
    standings: Sequence[Standing] = ()
    now_us: int = 0

    def headers(self) -> Headers:
        """What every answer to the request says about its key's windows; nothing where it has none."""
        return headers_of(self.standings, self.now_us)


async def admit(services: Services, proxies: Proxies, scope: Scope) -> Admission:
    """Recognise who asks and let the request through. Scans never come here."""
    limits = services.limits
    try:
        credential = await credential_of(services, Request(scope))
    except Unauthenticated as error:
        return Admission(_refusal(services, proxies, scope, error))
    except (DomainError, DatabaseUnavailable) as error:
        return Admission(error)
    actor = credential.actor
    try:
        standings = await limits.admit(
            actor, per_minute=actor.rate_limit_per_minute, needs_api=credential.session is None
        )
    except TooMany as error:
        return Admission(error, await limits.standings(actor, per_minute=actor.rate_limit_per_minute), limits.clock())
    except (DomainError, DatabaseUnavailable) as error:
        return Admission(error)
    return Admission(credential, standings, limits.clock())


def admitted(scope: Scope) -> Credential:
    """Who asks.

    Raises:
        Unauthenticated: no key, no key of ours, or one that was revoked.
        NotInPlan: the plan has no API.
        DatabaseUnavailable: who asks cannot be known just now.
    """
    admission: Admission = scope[SCOPE_KEY]
    if isinstance(admission.caller, Exception):
        raise admission.caller
    return admission.caller


def client_of(proxies: Proxies, scope: Scope) -> str:
    """The network that a request comes from, behind trusted proxies."""
    peer = scope["client"][0] if scope.get("client") else ""
    forwarded = b",".join(value for name, value in scope["headers"] if name == FORWARDED_FOR)
    return network_of(proxies.client(peer, forwarded))


def headers_of(standings: Sequence[Standing], now_us: int) -> Headers:
    """Rate-limit header lines; the `X-` ones tell of the window that the client will meet first."""
    if not standings:
        return []
    first = tightest(standings)
    policies = ", ".join(f'"{each.window.value}";q={each.limit};w={each.length_s}' for each in standings)
    present = ", ".join(
        f'"{each.window.value}";r={each.remaining};t={_seconds(each.resets_at_us - now_us)}' for each in standings
    )
    return [
        (b"x-ratelimit-limit", str(first.limit).encode()),
        (b"x-ratelimit-remaining", str(first.remaining).encode()),
        (b"x-ratelimit-reset", str(_seconds(first.resets_at_us)).encode()),
        (b"ratelimit-policy", policies.encode()),
        (b"ratelimit", present.encode()),
    ]


def _refusal(services: Services, proxies: Proxies, scope: Scope, error: Unauthenticated) -> Exception:
    """A wrong key counts against its address, a missing one does not; a right one is never asked about."""
    if error.code != "invalid_key":
        return error
    barred_until = services.failures.note(client_of(proxies, scope))
    return error if barred_until is None else TooMany("minute", retry_at=barred_until, what=WRONG_KEYS)


def _seconds(us: int) -> int:
    return max(0, -(-us // 1_000_000))
