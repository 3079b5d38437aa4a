"""Keeps the fuzzer from rotating or revoking the key that it asks with; loaded by schemathesis alone."""

import os
from typing import Any

import schemathesis

OWN_KEY = os.environ["SCHEMATHESIS_OWN_KEY"]
NOBODYS_KEY = "key_00000000000000000000000000"


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Ask for a key that nobody has where it would be our own."""
    del context, kwargs
    if case.path_parameters.get("key_id") == OWN_KEY:
        case.path_parameters["key_id"] = NOBODYS_KEY
