"""Time stamps by themselves: what is believed of an answer, and what is not. Those of a vault and a bundle
stand in tests/integration/test_time_stamps.py."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from evidence_app.crypto import timestamp
from evidence_app.crypto.timestamp import StampError
from evidence_app.errors import UsageError
from tests.stamps import Service, authority

DATA = b"what was signed\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    return authority(tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="module")
def asked(service: Service) -> tuple[bytes, int]:
    """The answer to a request, and the number that was asked with."""
    query, nonce = timestamp.request(DATA)
    return service.reply(query), nonce


def roots(service: Service) -> tuple[bytes, ...]:
    return timestamp.load_roots(service.root.read_bytes())


def test_it_is_believed_under_its_root_only(service: Service, asked: tuple[bytes, int]) -> None:
    response, nonce = asked
    found = timestamp.read(response, DATA, roots(service), nonce)
    assert (found.by, found.trusted) == ("Larkmere Test Time", True)
    assert timestamp.read(response, DATA).trusted is False
    assert timestamp.read(response, DATA).by == found.by
    assert timestamp.read(response, DATA, [*roots(service)] * 2).trusted


def test_another_root_of_the_same_name_confirms_nothing(asked: tuple[bytes, int], tmp_path: Path) -> None:
    found = timestamp.read(asked[0], DATA, roots(authority(tmp_path)))
    assert (found.by, found.trusted) == ("Larkmere Test Time", False)


def test_a_root_that_is_none_confirms_nothing(asked: tuple[bytes, int]) -> None:
    assert timestamp.read(asked[0], DATA, [b"no certificate"]).trusted is False


def test_of_other_bytes_or_another_request(service: Service, asked: tuple[bytes, int]) -> None:
    response, nonce = asked
    with pytest.raises(StampError, match="something else"):
        timestamp.read(response, DATA + b"x", roots(service))
    with pytest.raises(StampError, match="another request"):
        timestamp.read(response, DATA, roots(service), nonce + 1)


def test_what_is_no_answer(asked: tuple[bytes, int]) -> None:
    for bad in (b"", b"x", asked[0][:-1], asked[0] + b"\0", bytes(100)):
        with pytest.raises(StampError, match="cannot be read"):
            timestamp.read(bad, DATA)
    with pytest.raises(StampError, match="larger"):
        timestamp.read(asked[0] + bytes(timestamp.MAX_RESPONSE_BYTES), DATA)


def test_a_service_that_refuses(service: Service) -> None:
    """Another digest than the service takes: it answers, and gives no stamp."""
    query, _ = timestamp.request(DATA)
    sha256, sha384 = (bytes.fromhex(f"06096086480165030402{last}") for last in ("01", "02"))
    refused = service.reply(query.replace(sha256, sha384))
    with pytest.raises(StampError, match="refused"):
        timestamp.read(refused, DATA)


def test_the_digest_is_called_by_its_name(service: Service) -> None:
    """The digest of the bytes, but the service was told that another function made it."""
    conf = service.folder / "conf"
    conf.write_text(conf.read_text().replace("digests = sha256", "digests = sha256, sha3-256"))
    query, _ = timestamp.request(DATA)
    sha256, sha3 = (bytes.fromhex(f"06096086480165030402{last}") for last in ("01", "08"))
    stamped = service.reply(query.replace(sha256, sha3))
    with pytest.raises(StampError, match=r"something else|kind of digest"):
        timestamp.read(stamped, DATA, roots(service))


def test_a_service_may_have_no_name(tmp_path: Path) -> None:
    own = authority(tmp_path)
    request = "req -new -key service.key -out service.csr -config conf -subj /O=Larkmere"
    signed = "x509 -req -in service.csr -CA root.pem -CAkey root.key -CAcreateserial -out service.pem"
    for command in (request, f"{signed} -days 9 -extfile conf -extensions service"):
        subprocess.run(["openssl", *command.split()], cwd=tmp_path, check=True, capture_output=True)
    query, _ = timestamp.request(DATA)
    found = timestamp.read(own.reply(query), DATA, roots(own))
    assert (found.by, found.trusted) == ("", True)


def test_a_time_that_does_not_exist(asked: tuple[bytes, int]) -> None:
    """Found by a fuzzer: the year 0."""
    response, _ = asked
    at = response.index(b"\x18\x0f20") + 2
    with pytest.raises(StampError, match="cannot be read"):
        timestamp.read(response[:at] + b"0000" + response[at + 4 :], DATA)


def test_certificates_of_a_file() -> None:
    with pytest.raises(UsageError, match="no certificates"):
        timestamp.load_roots(b"hello")
