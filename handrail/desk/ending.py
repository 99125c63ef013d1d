"""What nobody expected ends here. Who serves would write down what was raised, and that may quote a page or a form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Ending:
    """Around the routes of one application. ``failed`` tells of it: once, and by its type alone."""

    def __init__(self, app: ASGIApp, failed: Callable[[Request, Exception], Awaitable[Response]]) -> None:
        self.app = app
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = False

        async def said(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        try:
            await self.app(scope, receive, said)
        except Exception as exc:  # noqa: BLE001
            answer = await self._failed(Request(scope), exc)
            if not began:
                await answer(scope, receive, send)
