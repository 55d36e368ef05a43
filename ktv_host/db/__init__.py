"""The only room that knows databases and SQLAlchemy."""
