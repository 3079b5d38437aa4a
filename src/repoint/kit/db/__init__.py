"""The database: typed transactions over SQLAlchemy Core."""

from repoint.kit.db.database import Database, DatabaseUnavailable
from repoint.kit.db.postgresql import DriverMissing
from repoint.kit.db.schema import Identity, Instant, metadata
from repoint.kit.db.tx import Tx, Upsert

__all__ = ["Database", "DatabaseUnavailable", "DriverMissing", "Identity", "Instant", "Tx", "Upsert", "metadata"]
