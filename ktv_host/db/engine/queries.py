"""The ways to ask, shared by the database and by a task's connection."""

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Literal

from ktv_host.db.engine.backend import Values
from ktv_host.db.engine.row import Row
from ktv_host.db.engine.row_batch import RowBatch

Ask = Literal["rows", "tuples", "row", "run", "run_many", "run_rows"]  # the methods of StatementConnection


class Queries(ABC):
    async def fetch_all(self, query: str, values: Values = None) -> list[Row]:
        rows: list[Row] = await self._ask("rows", query, values)
        return rows

    async def fetch_tuples(self, query: str, values: Values = None) -> list[tuple[Any, ...]]:
        """The rows as bare tuples: for reads of thousands of rows."""
        rows: list[tuple[Any, ...]] = await self._ask("tuples", query, values)
        return rows

    async def fetch_one(self, query: str, values: Values = None) -> Row | None:
        row: Row | None = await self._ask("row", query, values)
        return row

    async def fetch_val(self, query: str, values: Values = None, column: Any = 0) -> Any:
        row = await self.fetch_one(query, values)
        return None if row is None else row[column]

    async def execute(self, query: str, values: Values = None) -> Any:
        """The number of rows changed, or the first value of a RETURNING clause."""
        return await self._ask("run", query, values)

    async def execute_many(self, query: str, values: Sequence[Mapping[str, Any]]) -> None:
        """All or nothing."""
        if values:
            await self._ask("run_many", query, values)

    async def execute_rows(self, query: str, batch: RowBatch, values: Values = None) -> int:
        """The number of rows changed. ``{rows}`` in the query stands for the rows of the batch, as a table expression.

        Inside a transaction: it may take several statements.
        """
        changed: int = await self._ask("run_rows", query, (values, batch))
        return changed

    async def iterate(self, query: str, values: Values = None) -> AsyncGenerator[Row, None]:
        """Row by row; other queries may run in the loop's body. Page a large read by key instead."""
        for row in await self.fetch_all(query, values):
            yield row

    @abstractmethod
    async def _ask(self, how: Ask, query: str, values: Any) -> Any: ...
