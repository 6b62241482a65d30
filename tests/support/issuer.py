"""An OpenID provider on this machine: it makes keys, rotates them, and signs tokens, good ones and bad ones."""

import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

AUDIENCE = "https://rolepath.example"
Sort = Literal["RSA", "EC", "Ed25519"]
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
ALGORITHM: Mapping[Sort, str] = {"RSA": "RS256", "EC": "ES256", "Ed25519": "EdDSA"}


class Key:
    """A key of the provider, by its id."""

    def __init__(self, sort: Sort, bits: int = 2048) -> None:
        self.id, self.algorithm = secrets.token_hex(6), ALGORITHM[sort]
        self.private: PrivateKey
        if sort == "RSA":
            self.private = rsa.generate_private_key(65537, bits)
        elif sort == "EC":
            self.private = ec.generate_private_key(ec.SECP256R1())
        else:
            self.private = ed25519.Ed25519PrivateKey.generate()

    def published(self) -> dict[str, Any]:
        """Return the public part, as a JSON Web Key."""
        public: Any = self.private.public_key()
        maker: Any = {"RS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}[self.algorithm]
        return {**maker.to_jwk(public, as_dict=True), "kid": self.id, "use": "sig", "alg": self.algorithm}

    def public_text(self) -> bytes:
        """Return the public part, as everybody can have it in a file."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


class LocalIssuer:
    """The provider: `keys` are what it publishes; `asked` counts how often somebody read them.

    It answers while `answers` is set, after `delay_s` seconds; `written` gives the bytes of a path in place of what is
    right there, and with `drip_s` its headers come a byte at a time, so many seconds apart, without end.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.keys = [Key("RSA"), Key("EC")]
        self.about: dict[str, object] = {"issuer": url, "jwks_uri": f"{url}/keys"}
        self.is_down = False
        self.delay_s = self.drip_s = 0.0
        self.written: Callable[[str], bytes | None] = lambda _path: None
        self.answers = threading.Event()
        self.answers.set()
        self.asked = 0

    def answer(self, path: str) -> object | None:
        """Return what stands at a path; None where there is nothing."""
        self.answers.wait()
        time.sleep(self.delay_s)
        if self.is_down:
            return None
        if path == "/keys":
            self.asked += 1
            return {"keys": [key.published() for key in self.keys]}
        return self.about if path == "/.well-known/openid-configuration" else None

    def claims(self, **changed: object) -> dict[str, object]:
        """Return what a good token says, with some of it changed; None takes a claim away."""
        now = int(time.time())
        good = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "248289761001",
            "name": "Li Wei",
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "scope": "openid rolepath:read",
        }
        return {name: value for name, value in {**good, **changed}.items() if value is not None}

    def token(self, key: Key | None = None, headers: Mapping[str, object] | None = None, /, **changed: object) -> str:
        """Return a token, signed by a key: the first unless told otherwise."""
        key = key or self.keys[0]
        named = {"kid": key.id, "typ": "at+jwt", **(headers or {})}
        return jwt.encode(self.claims(**changed), key.private, algorithm=key.algorithm, headers=named)


def signed(issuer: LocalIssuer, payload: bytes) -> str:
    """Return a token of the provider whose payload are these bytes, whatever they are."""
    key = issuer.keys[0]
    return jwt.PyJWS().encode(payload, key.private, algorithm=key.algorithm, headers={"kid": key.id})


def unsigned(header: Mapping[str, object], claims: Mapping[str, object], signature: str = "") -> str:
    """Return a token that nobody signed."""
    parts = (json.dumps(part).encode() for part in (header, claims))
    return ".".join([*(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), signature])


@contextmanager
def local_issuer() -> Iterator[LocalIssuer]:
    """Run the provider on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = issuer.answer(self.path)
            written = issuer.written(self.path)
            if issuer.drip_s:
                self._drip()
                return
            self.send_response(200 if found is not None else 503)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            with suppress(ConnectionError):  # who reads may have had enough
                self.wfile.write(json.dumps(found).encode() if written is None else written)

        def _drip(self) -> None:
            with suppress(OSError):
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
                while issuer.drip_s:
                    self.wfile.write(b"x")
                    time.sleep(issuer.drip_s)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = LocalIssuer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
