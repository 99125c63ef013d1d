"""Signing in with the City's own accounts: OpenID Connect, the code flow with PKCE, by Authlib."""

from __future__ import annotations

import secrets
import time
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
from authlib import deprecate
from authlib.common.errors import AuthlibBaseError
from itsdangerous import BadSignature, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

with warnings.catch_warnings():
    # It wants httpx2, which needs a newer Python than we do.
    warnings.simplefilter("ignore", deprecate.AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import AsyncOAuth2Client

if TYPE_CHECKING:
    from handrail.desk.office import Office

#: Seconds that signing in there may take; that their clock may be off; of one request to them.
_SECONDS, _LEEWAY, _TIMEOUT = 600, 60, 10
_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_KEPT = URLSafeTimedSerializer(secrets.token_hex(32), salt="oidc")


class BadSignIn(Exception):
    """The provider did not say who it is, or what came does not fit what was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc:
    """One provider, and what it calls us."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    claim: str
    back: str

    @classmethod
    def of(cls, office: Office) -> Oidc:
        from handrail.desk.office import OIDC_SECRET

        told = office.policy.desk.oidc
        return cls(
            issuer=told.issuer.rstrip("/"),
            client_id=told.client_id,
            secret=office.secrets.get(OIDC_SECRET, ""),
            claim=told.claim,
            back=f"{office.policy.desk.url.rstrip('/')}/sign-in/oidc/back",
        )

    async def begin(self, path: str) -> tuple[str, str]:
        """Where to go, and what the browser keeps meanwhile, signed."""
        known = await self._known()
        kept = {
            "state": secrets.token_urlsafe(32),
            "nonce": secrets.token_urlsafe(32),
            "verifier": secrets.token_urlsafe(48),
            "path": path,
        }
        async with self._client() as client:
            address, _ = client.create_authorization_url(
                known["authorization_endpoint"],
                state=kept["state"],
                nonce=kept["nonce"],
                code_verifier=kept["verifier"],
            )
        return str(address), str(_KEPT.dumps(kept))

    async def end(self, came: str, kept: str) -> tuple[str, str]:
        """Who it is, by the claim that names our accounts, and where they wanted to go. Raises BadSignIn."""
        try:
            asked = _KEPT.loads(kept, max_age=_SECONDS)
            known = await self._known()
            async with self._client() as client:
                token = await client.fetch_token(
                    known["token_endpoint"],
                    authorization_response=came,
                    state=asked["state"],
                    code_verifier=asked["verifier"],
                )
                answer = await client.get(known["jwks_uri"])
                answer.raise_for_status()
            told = self._told(token["id_token"], KeySet.import_key_set(answer.json()), asked["nonce"])
        except (AuthlibBaseError, BadSignature, JoseError, httpx.HTTPError, ValueError, LookupError, TypeError) as exc:
            raise BadSignIn(type(exc).__name__) from None
        return told, str(asked["path"])

    def _told(self, token: str, keys: KeySet, nonce: str) -> str:
        """The claim of a token that was made for us, now, for this very sign-in."""
        claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
        asked = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": self.issuer},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        if str(claims.get("iss", "")).rstrip("/") == self.issuer:
            claims = {**claims, "iss": self.issuer}
        asked.validate(claims)
        audience = claims.get("aud")
        several = audience if isinstance(audience, list) else [audience]
        if self.client_id not in several or (len(several) > 1 and claims.get("azp") != self.client_id):
            raise BadSignIn("another audience")
        told = claims.get(self.claim)
        if not isinstance(told, str) or not told:
            raise BadSignIn("no such claim")
        if self.claim == "email" and claims.get("email_verified") is not True:
            raise BadSignIn("the address is not verified")
        return told

    async def _known(self) -> dict[str, Any]:
        """What the provider says of itself; asked for again after an hour."""
        moment, told = _DISCOVERED.get(self.issuer, (0.0, {}))
        if told and time.monotonic() - moment < 3600:
            return told
        async with httpx.AsyncClient(timeout=_TIMEOUT) as client:
            try:
                answer = await client.get(f"{self.issuer}/.well-known/openid-configuration")
                answer.raise_for_status()
                told = dict(answer.json())
            except (httpx.HTTPError, ValueError) as exc:
                raise BadSignIn(type(exc).__name__) from None
        if str(told.get("issuer", "")).rstrip("/") != self.issuer:
            raise BadSignIn("another issuer")
        _DISCOVERED[self.issuer] = (time.monotonic(), told)
        return told

    def _client(self) -> Any:
        return AsyncOAuth2Client(
            client_id=self.client_id,
            client_secret=self.secret or None,
            redirect_uri=self.back,
            scope="openid profile email",
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self.secret else "none",
            timeout=_TIMEOUT,
        )


_DISCOVERED: dict[str, tuple[float, dict[str, Any]]] = {}
