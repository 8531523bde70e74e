"""Asking PostgreSQL something, through the client that its package brings."""

import os
import subprocess
from pathlib import Path


class DatabaseError(Exception):
    """What PostgreSQL answered when a statement failed."""


def psql(
    programs: Path, place: dict[str, str], statement: str, database: str = "postgres"
) -> str:
    """Run one SQL statement and return the unadorned answer."""
    command = [programs / "bin/psql", "-XqAt", "-v", "ON_ERROR_STOP=1"]
    result = subprocess.run(
        [*command, "-d", database, "-c", statement],
        env={**os.environ, "PGCONNECT_TIMEOUT": "10", **place},
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise DatabaseError(result.stderr.strip())
    return result.stdout.strip()
