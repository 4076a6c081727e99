"""Those who wait for something to happen, on one event loop."""

import asyncio


class Waiters:
    """Coroutines asleep until :meth:`wake`, or until their time is over."""

    def __init__(self) -> None:
        self._asleep: set[asyncio.Future[None]] = set()

    def wake(self) -> None:
        """Wake all that wait now. Called on the event loop."""
        for future in self._asleep:
            if not future.done():
                future.set_result(None)

    async def wait(self, timeout: float) -> bool:
        """Wait to be woken, at most `timeout` seconds; whether one was."""
        future = asyncio.get_running_loop().create_future()
        self._asleep.add(future)
        try:
            await asyncio.wait_for(future, timeout)
        except TimeoutError:
            return False
        finally:
            self._asleep.discard(future)
        return True
