"""An organisation as one ZIP archive: written, and taken in again.

The archive, format version 1; every `.jsonl` file has one JSON object a line:

    README.txt                what is in here, for people
    domains, logos, designs, folders, tags, codes, scan-totals, scans-by-day, audit-log (.jsonl)
    codes.csv                 the codes for spreadsheets
    logos/<SHA-256>.svg|png   artwork
    redirects/*               the short links for other servers
    pictures/<id>.<format>, pictures.jsonl    where they were asked for
    manifest.json             the last entry: format and version, where it is from, rows, bytes and SHA-256 of each file
"""

FORMAT = "repoint-export"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
