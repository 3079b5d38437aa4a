"""Compares passwords, while their address has not been wrong too often."""

from repoint.accounts.passwords import Verdict
from repoint.kit.errors import TooMany
from repoint.services import Services

WRONG_PASSWORDS = "wrong passwords from your address"


async def compare(services: Services, password_hash: str | None, password: str, *, client: str) -> Verdict:
    """Whether a password is right; a wrong one counts against the address. Without a hash it takes as long.

    Raises:
        TooMany: too many wrong ones have come from there, or too many wait already.
    """
    barred_until = services.failures.barred_until(client)
    if barred_until is not None:
        raise TooMany("minute", retry_at=barred_until, what=WRONG_PASSWORDS)
    verdict = await services.passwords.verify(password_hash, password)
    if not verdict.is_right:
        services.failures.note(client)
    return verdict
