"""What the command line can ask of an installation, running or not."""

from collections.abc import Callable, Mapping
from typing import Any

from repoint.cli import (
    audit_commands,
    domain_commands,
    key_commands,
    org_commands,
    plan_commands,
    user_commands,
)

Command = Callable[..., dict[str, Any]]

CHANGING: Mapping[str, Command] = {
    **org_commands.CHANGING,
    **plan_commands.CHANGING,
    **key_commands.CHANGING,
    **user_commands.CHANGING,
    **domain_commands.CHANGING,
}

# These go to a connection that only reads: however long they take, nobody who writes waits for them.
READING: Mapping[str, Command] = {
    **org_commands.READING,
    **plan_commands.READING,
    **key_commands.READING,
    **user_commands.READING,
    **audit_commands.READING,
    **domain_commands.READING,
}
