"""The secret behind hidden inputs: made once, for its owner only, and not to be had from anything printed."""

import stat
import subprocess
import sys

import pytest

from autograder.errors import UsageError
from autograder.judge import seeds


@pytest.fixture
def secret(tmp_path, monkeypatch):
    """A place for a secret that does not exist yet."""
    path = tmp_path / "config" / "secret"
    monkeypatch.setenv("AUTOGRADER_SECRET", str(path))
    return path


def test_secret_is_made_at_first_use_and_kept(secret):
    """The same machine gives the same inputs next week; only the owner can read the file."""
    first = seeds.class_seed("a")
    assert seeds.class_seed("a") == first
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert [path.name for path in secret.parent.iterdir()] == ["secret"]


def test_assignments_and_seeds_differ(secret):
    """Inputs of one assignment tell nothing of another's."""
    made = [seeds.class_seed("a"), seeds.class_seed("b"), seeds.class_seed("a", 1), seeds.class_seed("a", 2)]
    assert len(set(made)) == 4
    assert seeds.class_seed("a", 1) == made[2]


def test_given_seed_needs_no_secret(secret):
    """A seed on the command line works where nothing can be written."""
    seeds.class_seed("a", 1)
    assert not secret.exists()


def test_many_graders_starting_at_once_agree(secret):
    """Eight processes race to make the secret; one wins and all use it."""
    code = "from autograder.judge.seeds import class_seed; print(class_seed('a').hex())"
    running = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(8)
    ]
    assert len({process.communicate()[0] for process in running}) == 1


def test_short_or_unreadable_secret_is_an_error(secret):
    """A truncated secret must not be used in silence."""
    secret.parent.mkdir()
    secret.write_bytes(b"short")
    with pytest.raises(UsageError, match="has 5 bytes, expected 32; remove the file"):
        seeds.class_seed("a")
    secret.unlink()
    secret.mkdir()
    with pytest.raises(UsageError, match="cannot be used"):
        seeds.class_seed("a")


def test_purposes_give_independent_numbers():
    """The number that seeds student code tells nothing of the one that makes hidden inputs."""
    numbers = {
        seeds.derive(b"seed", purpose) for purpose in ("rng:test_a", "player:test_a:1", "player:test_a:2")
    }
    assert len(numbers) == 3
    assert all(0 <= number < 2**63 for number in numbers)


def test_fingerprint_names_a_seed_without_telling_it():
    """It is what results print."""
    seed = seeds.class_seed("a", 7)
    assert seeds.fingerprint(seed) == seeds.fingerprint(seed)
    assert seeds.fingerprint(seed) not in seed.hex()
    assert seeds.fingerprint(seed) != seeds.fingerprint(seeds.class_seed("a", 8))
