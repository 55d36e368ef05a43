"""What both backends answer: a query is a statement and its values."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from databases.interfaces import ConnectionBackend, DatabaseBackend

from ktv_host.db.engine.row import Row
from ktv_host.db.engine.row_batch import RowBatch
from ktv_host.db.engine.statement import Statement

Values = Mapping[str, Any] | None


class StatementConnection(ConnectionBackend, ABC):
    @staticmethod
    @abstractmethod
    def statement(text: str) -> Statement:
        """Read SQL text; the same text is read once."""

    @abstractmethod
    async def rows(self, statement: Statement, values: Values) -> list[Row]: ...

    @abstractmethod
    async def tuples(self, statement: Statement, values: Values) -> list[tuple[Any, ...]]: ...

    @abstractmethod
    async def row(self, statement: Statement, values: Values) -> Row | None: ...

    @abstractmethod
    async def run(self, statement: Statement, values: Values) -> Any:
        """The number of rows changed, or the first value of a statement that returns rows."""

    @abstractmethod
    async def run_many(self, statement: Statement, values: Sequence[Mapping[str, Any]]) -> None: ...

    @abstractmethod
    async def run_rows(self, statement: Statement, given: tuple[Values, RowBatch]) -> int:
        """The number of rows changed."""


class StatementBackend(DatabaseBackend):
    """``shared``, where there is one, answers what is asked outside a transaction, for every task."""

    shared: StatementConnection | None = None
