"""Who may ask each operation of the native API.

An operation that stands nowhere here needs `admin`, and a test fails until somebody has placed it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from repoint.accounts.actor import Scope

# Operations that need neither key nor session: nothing of an organisation is in their answers, but what an invitation
# opens.
OPEN = frozenset({"sign_in", "accept_invitation"})
# Operations of whoever is signed in; a key has neither session nor password.
SIGNED = frozenset({"get_session", "change_session", "sign_out", "change_me"})

READ = (
    "list_qr_codes",
    "get_qr_code",
    "draw_qr_code",
    "list_changes",
    "resolve_qr_code",
    "count_scans",
    "list_all_folders",
    "get_one_folder",
    "list_all_tags",
    "get_one_tag",
    "list_all_logos",
    "get_one_logo",
    "show_logo",
    "list_stored_designs",
    "list_presets",
    "get_design_schema",
    "get_stored_design",
    "list_all_jobs",
    "get_one_job",
    "list_job_results",
    "download_job_results",
    "download_job_file",
    "list_all_domains",
    "get_one_domain",
    "render_picture",
    "check_picture",
    "get_own_organisation",
    "list_all_members",
    "get_one_member",
    "get_me",
    "get_session",
    "get_plan",
    "get_usage",
)
# Changes of what is one's own, which a viewer may make too: `remove_one_member` lets everybody leave.
OWN = (
    "change_me",
    "change_session",
    "sign_out",
    "remove_one_member",
)
WRITE = (
    "create_qr_code",
    "change_qr_code",
    "delete_qr_code",
    "restore_qr_code",
    "roll_back_qr_code",
    "create_qr_codes",
    "change_qr_codes",
    "delete_qr_codes",
    "import_csv",
    "draw_pictures",
    "cancel_one_job",
    "create_folder",
    "change_folder",
    "delete_one_folder",
    "change_tag",
    "merge_tags",
    "delete_one_tag",
    "change_logo",
    "put_logo",
    "remove_logo",
    "upload_logo",
    "delete_one_logo",
    "create_design",
    "change_design",
    "delete_stored_design",
)
ADMIN = (
    "change_organisation",
    "change_member",
    "create_invitation",
    "list_open_invitations",
    "withdraw_invitation",
    "list_all_keys",
    "get_one_key",
    "create_key",
    "change_one_key",
    "rotate_one_key",
    "revoke_one_key",
    "read_audit_log",
    "create_domain",
    "check_domain",
    "change_domain",
    "delete_domain",
    "export_everything",
    "import_archive",
)

_PLACED = ((Scope.READ, READ), (Scope.READ, OWN), (Scope.WRITE, WRITE), (Scope.ADMIN, ADMIN))
NEEDS: Mapping[str, Scope] = MappingProxyType({name: scope for scope, names in _PLACED for name in names})


def needed_by(operation: str) -> Scope:
    """The scope without which an operation is refused."""
    return NEEDS.get(operation, Scope.ADMIN)
