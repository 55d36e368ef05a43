"""Transactions that never lose a connection."""

from contextlib import suppress
from typing import Any

from databases.core import Transaction as StockTransaction


class SafeTransaction(StockTransaction):
    """The stock one keeps its connection for ever when BEGIN or COMMIT raises or is cancelled; this never does."""

    async def start(self) -> "SafeTransaction":
        connection = self._connection  # once: the property looks it up by task
        transaction = connection._connection.transaction()
        async with connection._transaction_lock:
            root = not connection._transaction_stack
            await connection.__aenter__()
            try:
                await transaction.start(is_root=root, extra_options=self._extra_options)
            except BaseException:
                await connection.__aexit__()
                raise
            self._transaction = transaction
            connection._transaction_stack.append(self)
        return self

    async def commit(self) -> None:
        await self._end(commit=True)

    async def rollback(self) -> None:
        await self._end(commit=False)

    async def _end(self, *, commit: bool) -> None:
        connection, transaction = self._connection, self._transaction
        async with connection._transaction_lock:
            ended = connection._transaction_stack.pop()
            assert ended is self, "transactions end in the reverse order of their start"
            assert transaction is not None
            try:
                if commit:
                    await _commit(transaction)
                else:
                    await transaction.rollback()
            finally:
                self._transaction = None
                await connection.__aexit__()


async def _commit(transaction: Any) -> None:
    try:
        await transaction.commit()
    except BaseException:
        with suppress(Exception):  # the first error is the one to tell; releasing the connection cleans it
            await transaction.rollback()
        raise
