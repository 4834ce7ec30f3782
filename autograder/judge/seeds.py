"""Where hidden inputs come from: a secret of the instructor's that is in no repository, result or
feedback."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
from pathlib import Path

import platformdirs

from autograder.errors import UsageError

_BYTES = 32
# Of what is no secret: the inputs of public checks, and a student's own randomness. With one seed everywhere,
# `check` on a student's machine and grading see the same numbers.
PUBLIC_SEED = b""


def secret_path() -> Path:
    """Return where the secret lies: $AUTOGRADER_SECRET, or the user's configuration folder."""
    named = os.environ.get("AUTOGRADER_SECRET")
    return Path(named) if named else Path(platformdirs.user_config_dir("autograder")) / "secret"


def class_seed(assignment: str, seed: int | None = None) -> bytes:
    """Return the seed of an assignment: from `seed` if one is given, else from the secret, made at first use.

    Raises:
        UsageError: the secret cannot be read or made.
    """
    key = f"seed:{seed}".encode() if seed is not None else _secret()
    return hmac.digest(key, assignment.encode(), "sha256")


def derive(seed: bytes, purpose: str) -> int:
    """Return a number of 63 bits for one purpose; no such number tells anything of another, or of the
    seed."""
    return int.from_bytes(hmac.digest(seed, purpose.encode(), "sha256")[:8], "big") >> 1


def fingerprint(seed: bytes) -> str:
    """Return a short name of the seed that can be printed: the same seed has the same name, and none can be
    had from it."""
    return hashlib.sha256(b"fingerprint" + seed).hexdigest()[:12]


def _secret() -> bytes:
    path = secret_path()
    try:
        if not path.exists():
            _make(path)
        secret = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"the instructor's secret {path} cannot be used ({error.strerror}); set AUTOGRADER_SECRET"
        ) from error
    if len(secret) < _BYTES:
        raise UsageError(
            f"the instructor's secret {path} has {len(secret)} bytes, expected {_BYTES}; remove the file"
        )
    return secret


def _make(path: Path) -> None:
    """Write a new secret for its owner only. A link is never half there: two graders starting at once agree
    on one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
        with contextlib.suppress(FileExistsError):  # another grader was first
            os.link(draft, path)
    finally:
        os.unlink(draft)
