"""The nginx of docs/deployment.md as it is written there, before a real service: uploads, events, sub-path, sender."""

import re
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from api.auth.keys import KeyStore
from api.jobs.queue import JobQueue
from api.state.audit import Audit
from api.state.database import State
from graph.stores import open_store
from tests.support.conditions import eventually
from tests.support.factory import SMALL
from tests.support.markup import Page
from tests.support.paths import DOCS
from tests.support.processes import served
from tests.support.signing import AS_BROWSER, hidden

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
LARGE = 100_000_000
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="there is no nginx here: apt-get install nginx"),
]


class Proxied(NamedTuple):
    """A service behind nginx: its address there, a key that imports, its folder, and who trusts the certificate."""

    url: str
    key: str
    folder: Path
    trusted: ssl.SSLContext

    def client(self) -> httpx.Client:
        """Return a client that trusts nginx's certificate, and sends the key."""
        headers = {"Authorization": f"Bearer {self.key}"}
        return httpx.Client(verify=self.trusted, trust_env=False, headers=headers, timeout=60)


@pytest.fixture(scope="module", params=["", "/rolepath"])
def proxied(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """Run the service and nginx before it, at the root and below a path."""
    folder = tmp_path_factory.mktemp("nginx")
    store = open_store(f"sqlite:///{folder / 'graph.db'}")
    store.apply(SMALL)
    store.close()
    key = KeyStore(State(folder / "state.db")).create("editor", "ingest").token
    with served(folder, ROLEPATH_TRUSTED_PROXIES="127.0.0.1", ROLEPATH_PORT="0") as (_, service):
        port = _free_port()
        command = [str(NGINX), "-c", str(_configured(folder, service, port, request.param)), "-p", str(folder)]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as nginx:
            trusted = ssl.create_default_context(cafile=str(folder / "certificate.pem"))
            made = Proxied(f"https://127.0.0.1:{port}{request.param}", key, folder, trusted)
            try:
                eventually(lambda: nginx.poll() is not None or _is_there(port))
                assert nginx.poll() is None, nginx.stderr.read() if nginx.stderr else ""
                yield made
            finally:
                nginx.terminate()


def _configured(folder: Path, service: str, port: int, below: str) -> Path:
    """Write the documented file with this machine's ports and paths; below a path, with the documented change."""
    whole, below_path = re.findall(
        r"```nginx\n(.*?)```", (DOCS / "deployment.md").read_text(encoding="utf-8"), re.DOTALL
    )
    if below:
        whole, count = re.subn(r" +location / \{.*?\n    \}\n", lambda _: below_path, whole, flags=re.DOTALL)
        assert count == 1
    _make_certificate(folder)
    for written, here in (
        ("127.0.0.1:8000", service.removeprefix("http://")),
        ("listen [::]:443 ssl;", ""),
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        ("listen [::]:80;", ""),
        ("listen 80;", f"listen 127.0.0.1:{_free_port()};"),
        ("/etc/ssl/certs/rolepath.pem", str(folder / "certificate.pem")),
        ("/etc/ssl/private/rolepath.key", str(folder / "private.pem")),
    ):
        assert written in whole, written
        whole = whole.replace(written, here)
    file = folder / "nginx.conf"
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    own = f"daemon off; pid {folder}/pid; error_log stderr; user root;"
    file.write_text(f"{own}\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}{whole}}}\n", encoding="utf-8")
    return file


def _make_certificate(folder: Path) -> None:
    private, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=127.0.0.1")
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(7)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    (folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    secret = private.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    (folder / "private.pem").write_bytes(secret)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
    return port


def _is_there(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def test_large_upload_passes(proxied: Proxied) -> None:
    """100 MB reach the service, and the address of the import leads through nginx; what is too large is refused."""
    with proxied.client() as client:
        answer = client.post(
            f"{proxied.url}/v1/ingest/native?source=Large", files={"file": ("roles.xlsx", b"\0" * LARGE)}
        )
        assert answer.status_code == 202, answer.text[:500]
        run = client.get(httpx.URL(proxied.url).join(answer.headers["Location"]))
        assert run.is_success
        assert run.json()["id"] in answer.headers["Location"]
        refused = client.post(
            f"{proxied.url}/v1/ingest/native?source=Large", files={"file": ("a.xlsx", b"\0" * 201_000_000)}
        )
        assert refused.status_code == 413


def test_events_come_as_they_happen(proxied: Proxied) -> None:
    """While an import waits, its stream has said so already: nothing is held back until the end."""
    jobs = JobQueue(State(proxied.folder / "state.db"), f"sqlite:///{proxied.folder / 'graph.db'}")
    assert eventually(lambda: jobs.take_lease("test"))
    held = threading.Event()
    keeper = threading.Thread(target=lambda: [jobs.take_lease("test") for _ in iter(lambda: held.wait(1), True)])
    keeper.start()
    try:
        with proxied.client() as client:
            file = ("competencies.csv", b"id,name,kind\nk:a,Weld,skill\n")
            answer = client.post(f"{proxied.url}/v1/ingest/native?source=Events", files={"file": file})
            run = str(httpx.URL(proxied.url).join(answer.headers["Location"]))
            with client.stream("GET", f"{run}/events") as events:
                lines = (line for line in events.iter_lines() if line.startswith("data: "))
                assert '"queued"' in next(lines)
                assert client.delete(run).is_success
                assert any('"cancelled"' in line for line in lines)
    finally:
        held.set()
        keeper.join()
        jobs.give_lease("test")


def test_sender_is_the_one_that_nginx_sees(proxied: Proxied) -> None:
    """What a client claims of its address is dropped: the audit log has the address that nginx saw."""
    with proxied.client() as client:
        claimed = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X-Real-IP": "203.0.113.9"}
        file = ("competencies.csv", b"id,name,kind\nk:a,Weld,skill\n")
        asked = client.post(
            f"{proxied.url}/v1/ingest/native?source=Sender&dry_run=true", files={"file": file}, headers=claimed
        )
        assert asked.status_code == 202
    deeds = Audit(State(proxied.folder / "state.db")).latest().items
    assert {deed.address for deed in deeds if deed.what == "import asked for"} == {"127.0.0.1"}


def test_pages_and_their_files_are_found(proxied: Proxied) -> None:
    """A person signs in by a form, with a cookie for https alone, and every link and file of the page is there."""
    with httpx.Client(verify=proxied.trusted, trust_env=False, headers=AS_BROWSER, follow_redirects=True) as person:
        form = hidden(Page(person.get(f"{proxied.url}/sign-in").text))
        origin = {"Origin": proxied.url.removesuffix("/rolepath")}
        page = person.post(f"{proxied.url}/sign-in", data={**form, "key": proxied.key}, headers=origin)
        assert page.is_success
        assert str(page.url).startswith(proxied.url)
        assert any(name.startswith("__Host-") for name in person.cookies)
        found = Page(page.text)
        addresses = {has.get("href") or has.get("src") for tag in ("link", "script", "a") for has in found.all(tag)}
        for address in sorted(
            str(one) for one in addresses if one and not one.startswith(("#", "https://", "mailto:", "data:"))
        ):
            assert person.get(page.url.join(address)).is_success, address
