"""What Alembic runs: the revisions it was handed, on the connection it was handed (see db/engine/migrate.py)."""

from alembic import context

attributes = context.config.attributes
context.configure(connection=attributes["connection"], version_table=attributes["version_table"])
with context.begin_transaction():
    context.run_migrations()
