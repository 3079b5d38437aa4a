"""Short links as redirects of other servers.

Only what redirects now is in a map: active codes, and deleted ones in their grace time. A destination is written as
it goes over the wire, and characters that mean something to a server are percent-encoded (RFC 3986, section 2.4).
"""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from repoint.codes.portability.rows import Source, batches
from repoint.codes.table import codes
from repoint.kit.db import Tx
from repoint.links.destination import as_location
from repoint.links.table import links

_LINK = (codes.c.paused, links.c.domain, links.c.slug, links.c.destination, links.c.ends_at)
NGINX_WORD_MAX = 4_000  # its buffer for a word of the configuration has 4,096 bytes

_ENCODED = str.maketrans({character: f"%{ord(character):02X}" for character in "\"'<>\\^`{|}"})

NGINX_HEAD = """\
# nginx: include this file in http {}, and in the server of your short links:
#   if ($repoint) { return 302 $repoint; }
# For many links raise map_hash_max_size and map_hash_bucket_size.
geo $repoint_dollar { default "$"; }
map $host$uri $repoint {
"""
NGINX_FOOT = "}\n"
APACHE_HEAD = """\
# Apache httpd: a text map for mod_rewrite (httxt2dbm makes a faster one of it).
#   RewriteEngine on
#   RewriteMap repoint "txt:/path/to/apache.map"
#   RewriteCond "${repoint:%{HTTP_HOST}%{REQUEST_URI}}" "(.+)"
#   RewriteRule "^" "%1" [R=302,L,NE]
"""
CADDY_HEAD = """\
# Caddy: import this file in the site of your short links, followed by
#   @repoint expression `{repoint} != ""`
#   redir @repoint {repoint} 302
map {host}{path} {repoint} {
"""
CADDY_FOOT = '\tdefault ""\n}\n'
NETLIFY_HEAD = "# Netlify: put this file at the root of the site.\n"


class Target(NamedTuple):
    """A short link, apart, and where it leads."""

    host: str
    path: str
    location: str


def nginx_lines(tx: Tx, source: Source) -> Iterator[str]:
    """Lines of a `map`; a destination that is too long for nginx is named in a comment."""
    for target in _targets(tx, source):
        location = target.location.replace("$", "${repoint_dollar}")
        too_long = "# too long for nginx: " if len(location) > NGINX_WORD_MAX else ""
        yield f'    {too_long}"{target.host}{target.path}" "{location}";\n'


def apache_lines(tx: Tx, source: Source) -> Iterator[str]:
    """Lines of a text map."""
    for target in _targets(tx, source):
        yield f"{target.host}{target.path} {target.location}\n"


def caddy_lines(tx: Tx, source: Source) -> Iterator[str]:
    """Lines of a `map`."""
    for target in _targets(tx, source):
        yield f'\t"{target.host}{target.path}" "{target.location}"\n'


def netlify_lines(tx: Tx, source: Source) -> Iterator[str]:
    """Lines of `_redirects`; those of short domains name their host."""
    for target in _targets(tx, source, names_own=False):
        yield f"{target.host}{target.path}  {target.location}  302\n"


def _targets(tx: Tx, source: Source, *, names_own: bool = True) -> Iterator[Target]:
    """Every link that redirects; `names_own` puts the public URL's host before its own links too."""
    base = urlsplit(source.space.public_url)
    for batch in batches(tx, source, _LINK):
        for row in batch:
            if row.destination is None or row.paused or (row.ends_at is not None and row.ends_at <= source.at):
                continue
            location = as_location(row.destination).decode("ascii").translate(_ENCODED)
            if row.domain:
                yield Target(row.domain if names_own else f"https://{row.domain}", f"/{row.slug}", location)
            else:
                yield Target(source.space.public_host if names_own else "", f"{base.path}/r/{row.slug}", location)
